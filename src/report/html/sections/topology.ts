import type { SavedRun } from '../../schema.ts';
import { html, type Markup } from '../markup.ts';
import { section, type Section } from './table.ts';

const BOX = 250;
const GAP = 190;
const TOP = 46;
const ROW = 62;
const NODE_WIDTH = 150;
const NODE_HEIGHT = 34;
const STREAM_ROW = 18;
/** Links of clusters that do not stand side by side run along rails above the others. */
const RAIL = 16;
/** More clusters than this are not made to fit: the drawing scrolls. */
const FITTING = 3;

interface Place {
  x: number;
  y: number;
  column: number;
}

/** Clusters, nodes and links, drawn; what a fault struck is dashed and crossed. */
export function topology(saved: SavedRun): Section | null {
  const { clusters, links } = saved.topology;
  if (clusters.length === 0) return null;
  const struck = new Set(saved.faults.flatMap((fault) => fault.targets));
  const places = placesOf(saved);
  const tallest = Math.max(...clusters.map((cluster) => cluster.nodes.length));
  const streams = Math.max(...clusters.map((cluster) => streamsOf(saved, cluster.name).length));
  const height = TOP + tallest * ROW + streams * STREAM_ROW + 34;
  const width = clusters.length * BOX + (clusters.length - 1) * GAP;
  const drawn = links.filter((link) => places.has(link.from) && places.has(link.to));
  const between = [...drawn].sort((a, b) => Number(struck.has(a.name)) - Number(struck.has(b.name)));
  const rails = railsOf(drawn, places);
  const above = rails.length * RAIL;
  return section('topology', 'Topology', [
    html`<div class="scroll" role="region" tabindex="0" aria-label="Drawing of the topology">
      <svg
        class="topology${clusters.length > FITTING && ' wide'}"
        viewBox="-12 ${-above} ${width + 24} ${height + above}"
        width="${width + 24}"
        height="${height + above}"
        role="img"
        aria-label="${describe(saved, struck)}"
      >
        ${clusters.map((cluster, at) => clusterBox(saved, cluster.name, at * (BOX + GAP), height))}
        ${between.map((link) => line(link, places, rails, struck.has(link.name)))}
        ${clusters.flatMap((cluster) => cluster.nodes.map((node) => nodeBox(node.name, places.get(`${cluster.name}/${node.name}`), isStruck(struck, cluster.name, node.name), clientCut(saved, struck, cluster.name, node.name))))}
      </svg>
    </div>`,
    html`<p class="legend">
      <span><i class="wire"></i>${kindsOf(drawn)}</span>
      ${struck.size > 0 && html`<span><i class="wire struck"></i>struck by a fault</span>`}
    </p>`,
  ]);
}

function placesOf(saved: SavedRun): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const [column, cluster] of saved.topology.clusters.entries()) {
    for (const [at, node] of cluster.nodes.entries()) {
      const place = { x: column * (BOX + GAP) + BOX / 2, y: TOP + at * ROW + NODE_HEIGHT / 2, column };
      places.set(`${cluster.name}/${node.name}`, place);
    }
  }
  return places;
}

/** Which pairs of columns need a rail, the innermost first. */
function railsOf(links: SavedRun['topology']['links'], places: Map<string, Place>): string[] {
  const pairs = links.flatMap(({ from, to }) => railOf(places.get(from), places.get(to)) ?? []);
  return [...new Set(pairs)].sort();
}

function railOf(a: Place | undefined, b: Place | undefined): string | null {
  if (a === undefined || b === undefined || Math.abs(a.column - b.column) < 2) return null;
  return `${Math.min(a.column, b.column)}-${Math.max(a.column, b.column)}`;
}

function streamsOf(saved: SavedRun, cluster: string) {
  return saved.topology.streams.filter((stream) => stream.address.startsWith(`${cluster}/`));
}

function clusterBox(saved: SavedRun, name: string, x: number, height: number): Markup {
  const streams = streamsOf(saved, name);
  const base = height - streams.length * STREAM_ROW - 10;
  return html`<rect class="cluster" x="${x}" y="4" width="${BOX}" height="${height - 8}" rx="12" />
    <text class="cluster-name" x="${x + 16}" y="28">${name}</text>
    ${streams.map(
      (stream, at) =>
        html`<text class="stream" x="${x + 16}" y="${base + at * STREAM_ROW + 8}"
          >${stream.address.slice(name.length + 1)}
          R${stream.replicas}${stream.mirrorOf !== undefined && ` ← ${stream.mirrorOf}`}</text
        >`,
    )}`;
}

function nodeBox(name: string, place: Place | undefined, struck: boolean, cut: boolean): Markup | null {
  if (place === undefined) return null;
  const x = place.x - NODE_WIDTH / 2;
  return html`<g class="node${struck && ' struck'}"
    ><rect x="${x}" y="${place.y - NODE_HEIGHT / 2}" width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="8" />
    <text x="${place.x}" y="${place.y + 4.5}">${struck && '✕ '}${name}</text>
    ${cut && html`<text class="note" x="${place.x}" y="${place.y + NODE_HEIGHT / 2 + 12}">✕ client link</text>`}</g
  >`;
}

/**
 * Routes bend at the outer side of their cluster; links between neighbours go straight from side to side, and those of
 * a gateway, which each side dials for itself, beside one another.
 */
function line(
  link: SavedRun['topology']['links'][number],
  places: Map<string, Place>,
  rails: readonly string[],
  struck: boolean,
): Markup | null {
  const a = places.get(link.from);
  const b = places.get(link.to);
  if (a === undefined || b === undefined) return null;
  const title = html`<title>${link.kind} ${link.from} → ${link.to}${struck && ': struck by a fault'}</title>`;
  const { path, middle } = wayOf(a, b, rails, link.kind === 'gateway');
  return html`<path class="wire k-${link.kind}${struck && ' struck'}" d="${path}">${title}</path
    >${struck && cross(...middle)}`;
}

interface Way {
  path: string;
  middle: [x: number, y: number];
}

function wayOf(a: Place, b: Place, rails: readonly string[], isTwofold: boolean): Way {
  if (a.column === b.column) {
    const side = a.column === 0 ? -1 : 1;
    const x = a.x + (side * NODE_WIDTH) / 2;
    const bend = x + side * (14 + Math.abs(a.y - b.y) / 4);
    const path = `M${x} ${a.y}C${bend} ${a.y} ${bend} ${b.y} ${x} ${b.y}`;
    return { path, middle: [bend, (a.y + b.y) / 2] };
  }
  const [left, right] = a.column < b.column ? [a, b] : [b, a];
  const shift = isTwofold ? (left === a ? -5 : 5) : 0;
  const from = { x: left.x + NODE_WIDTH / 2, y: left.y + shift };
  const to = { x: right.x - NODE_WIDTH / 2, y: right.y + shift };
  const rail = rails.indexOf(railOf(a, b) ?? '');
  if (rail < 0) {
    const path = `M${from.x} ${from.y}L${to.x} ${to.y}`;
    return { path, middle: [(from.x + to.x) / 2, (from.y + to.y) / 2] };
  }
  const y = -RAIL * (rail + 0.5);
  const [down, up] = [left.x + BOX / 2 + 14 + 8 * rail, right.x - BOX / 2 - 14 - 8 * rail];
  const path = `M${from.x} ${from.y}L${down} ${from.y - 8}V${y}H${up}V${to.y - 8}L${to.x} ${to.y}`;
  return { path, middle: [(down + up) / 2, y] };
}

function cross(x: number, y: number): Markup {
  return html`<path class="cross" d="M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8" />`;
}

function isStruck(struck: ReadonlySet<string>, cluster: string, node: string): boolean {
  return struck.has(`${cluster}/${node}`) || struck.has(node);
}

function clientCut(saved: SavedRun, struck: ReadonlySet<string>, cluster: string, node: string): boolean {
  return saved.topology.links.some(
    (link) => link.kind === 'client' && link.to === `${cluster}/${node}` && struck.has(link.name),
  );
}

function kindsOf(links: SavedRun['topology']['links']): string {
  return [...new Set(links.map((link) => link.kind))].join(', ') || 'no links';
}

function describe(saved: SavedRun, struck: ReadonlySet<string>): string {
  const clusters = saved.topology.clusters.map(
    ({ name, nodes }) => `cluster ${name} with ${nodes.map((node) => node.name).join(', ')}`,
  );
  const hit = saved.topology.links.filter((link) => struck.has(link.name)).length;
  return `${clusters.join('; ')}; ${saved.topology.links.length} links, ${hit} of them struck by a fault.`;
}

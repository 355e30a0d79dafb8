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
/** Links between clusters that are not neighbours run along rails above the others. */
const RAIL = 16;
/** More clusters than this are not scaled to fit: the drawing scrolls. */
const FITTING = 3;

interface Place {
  x: number;
  y: number;
  column: number;
}

/** A drawing of clusters, nodes and links; what a fault affected is dashed and crossed. */
export function topology(saved: SavedRun): Section | null {
  const { links } = saved.topology;
  const clusters = groupsOf(saved);
  if (clusters.length === 0) return null;
  const affected = new Set(saved.faults.flatMap((fault) => fault.targets));
  const places = placesOf(saved);
  const tallest = Math.max(...clusters.map((cluster) => cluster.nodes.length));
  const streams = Math.max(...clusters.map((cluster) => streamsOf(saved, cluster.name).length));
  const height = TOP + tallest * ROW + streams * STREAM_ROW + 34;
  const width = clusters.length * BOX + (clusters.length - 1) * GAP;
  const drawn = links.filter((link) => places.has(link.from) && places.has(link.to));
  const between = [...drawn].sort((a, b) => Number(affected.has(a.name)) - Number(affected.has(b.name)));
  const rails = railsOf(drawn, places);
  const above = rails.length * RAIL;
  return section('topology', 'Topology', [
    html`<div class="scroll" role="region" tabindex="0" aria-label="Drawing of the topology">
      <svg
        class="topology${clusters.length > FITTING && ' wide'}${clusters.length === 1 && ' small'}"
        viewBox="-12 ${-above} ${width + 24} ${height + above}"
        width="${width + 24}"
        height="${height + above}"
        role="img"
        aria-label="${describe(saved, affected)}"
      >
        ${clusters.map((cluster, at) => clusterBox(saved, cluster.name, at * (BOX + GAP), height))}
        ${between.map((link) => line(link, places, rails, affected.has(link.name)))}
        ${clusters.flatMap((cluster) => cluster.nodes.map((node) => nodeBox(node.name, places.get(node.address), isAffected(affected, node), clientCut(saved, affected, node.address))))}
      </svg>
    </div>`,
    html`<p class="legend">
      <span><i class="wire"></i>${kindsOf(drawn)}</span>
      ${affected.size > 0 && html`<span><i class="wire affected"></i>affected by a fault</span>`}
    </p>`,
  ]);
}

interface Group {
  name: string;
  nodes: { address: string; name: string }[];
}

/** Clusters, and the services that run beside them. */
function groupsOf({ topology: { clusters, services = [] } }: SavedRun): Group[] {
  return [
    ...clusters.map(({ name, nodes }) => ({
      name,
      nodes: nodes.map((node) => ({ address: `${name}/${node.name}`, name: node.name })),
    })),
    ...services.map(({ name, replicas }) => ({ name, nodes: replicas })),
  ];
}

function placesOf(saved: SavedRun): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const [column, cluster] of groupsOf(saved).entries()) {
    for (const [at, node] of cluster.nodes.entries()) {
      const place = { x: column * (BOX + GAP) + BOX / 2, y: TOP + at * ROW + NODE_HEIGHT / 2, column };
      places.set(node.address, place);
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

function nodeBox(name: string, place: Place | undefined, affected: boolean, cut: boolean): Markup | null {
  if (place === undefined) return null;
  const x = place.x - NODE_WIDTH / 2;
  return html`<g class="node${affected && ' affected'}"
    ><rect x="${x}" y="${place.y - NODE_HEIGHT / 2}" width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="8" />
    <text x="${place.x}" y="${place.y + 4.5}">${affected && '✕ '}${name}</text>
    ${cut && html`<text class="note" x="${place.x}" y="${place.y + NODE_HEIGHT / 2 + 12}">✕ client link</text>`}</g
  >`;
}

/**
 * Routes bend at the outer side of their cluster; links between neighbours go straight from side to side, and the two
 * links of a gateway, which each side dials for itself, are drawn side by side.
 */
function line(
  link: SavedRun['topology']['links'][number],
  places: Map<string, Place>,
  rails: readonly string[],
  affected: boolean,
): Markup | null {
  const a = places.get(link.from);
  const b = places.get(link.to);
  if (a === undefined || b === undefined) return null;
  const title = html`<title>
    ${link.kind} ${link.from} → ${link.to}${affected && ': affected by a fault'}
  </title>`;
  const { path, middle } = directionOf(a, b, rails, link.kind === 'gateway');
  return html`<path class="wire k-${link.kind}${affected && ' affected'}" d="${path}">${title}</path
    >${affected && cross(...middle)}`;
}

interface LinkDirection {
  path: string;
  middle: [x: number, y: number];
}

function directionOf(a: Place, b: Place, rails: readonly string[], isTwofold: boolean): LinkDirection {
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

function isAffected(affected: ReadonlySet<string>, node: Group['nodes'][number]): boolean {
  return affected.has(node.address) || affected.has(node.name);
}

function clientCut(saved: SavedRun, affected: ReadonlySet<string>, node: string): boolean {
  return saved.topology.links.some(
    (link) => link.from === 'client' && link.to === node && affected.has(link.name),
  );
}

function kindsOf(links: SavedRun['topology']['links']): string {
  return [...new Set(links.map((link) => link.kind))].join(', ') || 'no links';
}

function describe(saved: SavedRun, affected: ReadonlySet<string>): string {
  const services = new Set(saved.topology.services?.map(({ name }) => name));
  const clusters = groupsOf(saved).map(
    ({ name, nodes }) =>
      `${services.has(name) ? 'service' : 'cluster'} ${name} with ${nodes.map((node) => node.name).join(', ')}`,
  );
  const hit = saved.topology.links.filter((link) => affected.has(link.name)).length;
  return `${clusters.join('; ')}; ${saved.topology.links.length} links, ${hit} of them affected by a fault.`;
}

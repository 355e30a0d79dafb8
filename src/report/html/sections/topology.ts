import type { SavedRun } from '../../schema.ts';
import { html, type Markup } from '../markup.ts';
import { section } from './table.ts';

const BOX = 250;
const GAP = 190;
const TOP = 46;
const ROW = 62;
const NODE_WIDTH = 150;
const NODE_HEIGHT = 34;
const STREAM_ROW = 18;

interface Place {
  x: number;
  y: number;
  column: number;
}

/** Clusters, nodes and links, drawn; what a fault struck is dashed and crossed. */
export function topology(saved: SavedRun): Markup | null {
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
  return section('topology', 'Topology', [
    html`<div class="scroll">
      <svg
        class="topology"
        viewBox="-12 0 ${width + 24} ${height}"
        width="${width + 24}"
        height="${height}"
        role="img"
        aria-label="${describe(saved, struck)}"
      >
        ${clusters.map((cluster, at) => clusterBox(saved, cluster.name, at * (BOX + GAP), height))}
        ${between.map((link) => line(link, places, struck.has(link.name)))}
        ${clusters.flatMap((cluster) => cluster.nodes.map((node) => nodeBox(node.name, places.get(`${cluster.name}/${node.name}`), isStruck(struck, cluster.name, node.name), clientCut(saved, struck, cluster.name, node.name))))}
      </svg>
    </div>`,
    html`<p class="legend">
      <i class="wire"></i>${kindsOf(drawn)} <i class="wire struck"></i>struck by a fault
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

/** Routes bend at the outer side of their cluster; links between clusters go straight from side to side. */
function line(
  link: SavedRun['topology']['links'][number],
  places: Map<string, Place>,
  struck: boolean,
): Markup | null {
  const a = places.get(link.from);
  const b = places.get(link.to);
  if (a === undefined || b === undefined) return null;
  const title = html`<title>${link.kind} ${link.from} – ${link.to}${struck && ': struck by a fault'}</title>`;
  if (a.column === b.column) {
    const side = a.column === 0 ? -1 : 1;
    const x = a.x + (side * NODE_WIDTH) / 2;
    const bend = x + side * (14 + Math.abs(a.y - b.y) / 4);
    return html`<path
        class="wire${struck && ' struck'}"
        d="M${x} ${a.y}C${bend} ${a.y} ${bend} ${b.y} ${x} ${b.y}"
        >${title}</path
      >${struck && cross(bend, (a.y + b.y) / 2)}`;
  }
  const [left, right] = a.column < b.column ? [a, b] : [b, a];
  const from = left.x + NODE_WIDTH / 2;
  const to = right.x - NODE_WIDTH / 2;
  return html`<path class="wire${struck && ' struck'}" d="M${from} ${left.y}L${to} ${right.y}">${title}</path
    >${struck && cross((from + to) / 2, (left.y + right.y) / 2)}`;
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

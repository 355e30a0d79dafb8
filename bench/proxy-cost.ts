// What the proxies cost: R3 publishing to three nodes whose every link, the client's too, goes through Toxiproxy,
// beside the same three nodes without it; turn and turn about in one run. Prints the rates and the ratio.
import type { Connection } from '../src/nats/connect.ts';
import { publishAtFullSpeed } from './full-speed.ts';
import { startThreeNodes, type ThreeNodes } from './three-nodes.ts';

const SIZE = 256;
const COUNT = Number(process.argv[2] ?? 20_000);
const ROUNDS = Number(process.argv[3] ?? 7);
const IN_FLIGHT = Number(process.argv[4] ?? 256);

type Side = 'direct' | 'proxied';

const running: ThreeNodes[] = [];
try {
  const connects: Record<Side, () => Promise<Connection>> = {
    direct: await bringUp('direct'),
    proxied: await bringUp('proxied'),
  };
  const rates: Record<Side, number[]> = { direct: [], proxied: [] };
  for (let at = 0; at <= ROUNDS; at += 1) {
    for (const side of at % 2 === 0 ? (['direct', 'proxied'] as const) : (['proxied', 'direct'] as const)) {
      const rate = await publish(await connects[side]());
      // The first round warms up.
      if (at > 0) rates[side].push(rate);
    }
  }
  console.log(
    `${COUNT} messages of ${SIZE} B, R3, ${IN_FLIGHT} in flight, ${ROUNDS} rounds, messages a second:`,
  );
  console.log(`direct               ${rates.direct.map(Math.round).join('  ')}`);
  console.log(`through the proxies  ${rates.proxied.map(Math.round).join('  ')}`);
  console.log(`ratio of the medians ${(median(rates.proxied) / median(rates.direct)).toFixed(2)}`);
} finally {
  await Promise.all(running.map((nodes) => nodes.stop()));
}

/** Three nodes with an R3 stream, and how to connect to the node that leads it. */
async function bringUp(side: Side): Promise<() => Promise<Connection>> {
  const nodes = await startThreeNodes(side, '2.12.3');
  running.push(nodes);
  const leader = await nodes.makeStream('bench', 3);
  return () => nodes.connect(leader);
}

/** @returns acknowledged messages a second */
async function publish(conn: Connection): Promise<number> {
  const options = { stream: 'bench/bench', subject: 'bench.x', count: COUNT, size: SIZE };
  return (await publishAtFullSpeed(conn, { ...options, maxInFlight: IN_FLIGHT })).perSecond;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

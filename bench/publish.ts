// How fast one workload publishes at full speed, with its history, beside `nats bench js pub async` in the same minutes: three
// servers, file streams of three replicas and of one, links direct and through Toxiproxy, turn and turn about. Needs Go, to
// build natscli; prints a table with the ratios of the medians.
import { natsBench, natsCli } from './natscli.ts';
import { publishAtFullSpeed, type FullSpeedResult } from './full-speed.ts';
import { startThreeNodes } from './three-nodes.ts';

const SIZE = 128;
const BATCH = 500;
const MAX_IN_FLIGHT = 4096;
const TARGET = 1.2;
const COUNT = Number(process.argv[2] ?? 200_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const WIRINGS = (process.argv[4] ?? 'direct,proxied').split(',') as ('direct' | 'proxied')[];
const NATS = process.argv[5] ?? '2.12.15';

natsCli();
console.log(
  `${COUNT} messages of ${SIZE} B a round, ${ROUNDS} rounds, nats-server ${NATS}; acknowledged messages a second\n`,
);
console.log(
  `| stream, links | the runner, ${MAX_IN_FLIGHT} in flight, with history | nats bench js pub async, batch ${BATCH} | ratio of medians | target | history | CPU of the runner |`,
);
console.log('|---|---|---|---|---|---|---|');
for (const wiring of WIRINGS) {
  const nodes = await startThreeNodes(wiring, NATS);
  try {
    for (const replicas of [3, 1]) {
      const name = `bench${replicas}`;
      const server = await nodes.makeStream(name, replicas);
      const own: FullSpeedResult[] = [];
      const peer: number[] = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        // The first round warms up.
        const count = round === 0 ? Math.ceil(COUNT / 4) : COUNT;
        const options = {
          stream: `bench/${name}`,
          subject: `${name}.x`,
          size: SIZE,
          maxInFlight: MAX_IN_FLIGHT,
        };
        const ours = async (): Promise<void> => {
          const result = await publishAtFullSpeed(await nodes.connect(server), { ...options, count });
          if (round > 0) own.push(result);
        };
        const theirs = (): void => {
          const args = [
            'js',
            'pub',
            'async',
            '--stream',
            name,
            '--batch',
            String(BATCH),
            '--size',
            String(SIZE),
          ];
          const rate = natsBench(server, [...args, '--msgs', String(count), `${name}.x`]);
          if (round > 0) peer.push(rate);
        };
        if (round % 2 === 0) theirs();
        await ours();
        if (round % 2 === 1) theirs();
      }
      const rates = own.map(({ perSecond }) => perSecond);
      const ratio = (median(rates) / median(peer)).toFixed(2);
      const bytes = median(own.map((one) => one.historyBytesPerMessage)).toFixed(1);
      const micros = median(own.map((one) => one.cpuMicrosPerMessage)).toFixed(1);
      console.log(
        `| R${replicas} file, ${wiring} | ${shown(rates)} | ${shown(peer)} | ${ratio} | ${TARGET} | ${bytes} B a message | ${micros} µs a message |`,
      );
    }
  } finally {
    await nodes.stop();
  }
}

function shown(rates: readonly number[]): string {
  return rates.map((rate) => Math.round(rate).toLocaleString('en')).join(' · ');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

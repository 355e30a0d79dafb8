import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverEvents } from '../../../src/run/readings/server-events.ts';

let folder: string;
const START = Date.UTC(2026, 10, 26, 8, 50, 0);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the log of `js1` tells; its lines as servers write them, at so many ms into the run. */
async function told(lines: readonly (readonly [number, string])[], from = 0, to = 60_000) {
  const text = lines.map(([t, said]) => {
    const [day, time] = new Date(START + t).toISOString().slice(0, -1).split('T');
    return `[10730] ${day!.replaceAll('-', '/')} ${time}456 ${said}\n`;
  });
  writeFileSync(join(folder, 'js1.log'), text.join(''));
  const nodes = [
    { address: 'qa1a/js1', name: 'js1' },
    { address: 'qa1a/js2', name: 'js2' },
  ];
  return serverEvents({ folder, nodes, startMs: START, from, to });
}

describe('what the logs of servers tell', () => {
  it.each([
    ["[INF] JetStream cluster new stream leader for 'APP > qa'", 'leader'],
    ["[INF] JetStream cluster new consumer leader for 'APP > qa > consumer-qa1a'", 'leader'],
    ['[INF] Self is new JetStream cluster metadata leader', 'leader'],
    ['[INF] JetStream cluster no metadata leader', 'quorum'],
    ["[WRN] JetStream cluster stream 'APP > qa' has NO quorum, stalled", 'quorum'],
    ['[WRN] JetStream has not established contact with a meta leader', 'quorum'],
    [
      '[INF] Slow Consumer Detected: WriteDeadline of 10s exceeded with 12 chunks of 70 total bytes.',
      'slow-consumer',
    ],
    ['[INF] Router connection closed: Stale Connection - Remote: js2-qa1a', 'link-down'],
    ['[INF] Leafnode connection closed: Client Closed - Remote: js1-qa1b', 'link-down'],
    ['[INF] Gateway connection closed: Read Error - Remote: js2-qa1b', 'link-down'],
    [
      '[ERR] Error trying to connect as leafnode to remote server "127.0.0.1:16222" (attempt 3): EOF',
      'link-down',
    ],
    ['[INF] Leafnode connection created for account: APP', 'link-up'],
    ['[INF] Route connection created', 'link-up'],
    ['[INF] Outbound gateway connection to "qa1b" (NDJZ) registered', 'link-up'],
    ["[WRN] Catchup for stream 'APP > qa' stalled", 'warning'],
    ["[INF] Catchup for stream 'APP > qa' complete (took 12ms)", 'catch-up'],
    ['[INF] Server is ready', 'start'],
    ['[INF] Initiating Shutdown...', 'stop'],
    ['[INF] Entering lame duck mode, stop accepting new clients', 'stop'],
    ['[WRN] Filestore [qa] Stream state checksum did not match', 'store'],
    ["[WRN] Detected orphaned stream 'APP > qa', will cleanup", 'store'],
    ['[WRN] JetStream file resource limits exceeded for account: "APP"', 'store'],
    ['[WRN] Readloop processing time: 2.5s', 'warning'],
    ["[ERR] JetStream failed to store a msg on stream 'APP > qa'", 'error'],
  ])('%s', async (line, kind) => {
    const text = line.slice(6);
    const once = { t: 1500, until: 1500, node: 'qa1a/js1', kind, text, count: 1 };
    expect(await told([[1500, line]])).toEqual({ events: [once], leftOut: 0 });
  });

  it('is not what each of them repeats, what the runner itself brings about, nor how they are set up', async () => {
    const lines = [
      '[INF] Starting nats-server',
      '[INF] JetStream cluster new metadata leader: js2-qa1a/qa1a',
      '[WRN] Plaintext passwords detected, use nkeys or bcrypt',
      '[ERR] Error trying to connect to route (attempt 1): dial tcp 127.0.0.1:1: connect: connection refused',
      '[ERR] 127.0.0.1:53568 - lid:45 - authentication error',
      '[INF] 127.0.0.1:53564 - lid:44 - Leafnode connection closed: Client Closed',
      '[INF] 127.0.0.1:53564 - lid:44 - Leafnode connection created ',
      'panic: something else altogether',
      '',
    ];
    expect(await told(lines.map((line) => [1, line]))).toEqual({ events: [], leftOut: 0 });
  });

  it('leaves out the address of a connection, and makes one of what goes on', async () => {
    const closed = (id: number) =>
      `[INF] 127.0.0.1:${40_000 + id} - lid:${id} - Leafnode connection closed: Client Closed - Remote: js1-qa1b`;
    const { events } = (await told([
      [1000, closed(8)],
      [2000, closed(9)],
      [3900, closed(10)],
      [3950, closed(12).replace('js1-qa1b', 'js2-qa1b')],
      [9000, closed(11)],
      [
        9001,
        '[INF] 127.0.0.1:1234 - cid:7 - "v1.2:nats-chaos" - Slow Consumer Detected: MaxPending of 9 Exceeded',
      ],
    ]))!;
    expect(events.map(({ t, until, count, text }) => [t, until, count, text])).toEqual([
      [1000, 3900, 3, 'Leafnode connection closed: Client Closed - Remote: js1-qa1b'],
      [3950, 3950, 1, 'Leafnode connection closed: Client Closed - Remote: js2-qa1b'],
      [9000, 9000, 1, 'Leafnode connection closed: Client Closed - Remote: js1-qa1b'],
      [9001, 9001, 1, 'Slow Consumer Detected: MaxPending of 9 Exceeded'],
    ]);
  });

  it('begins when the environment was ready, and ends when it is taken down', async () => {
    const ready = '[INF] Server is ready';
    const { events } = (await told(
      [
        [500, ready],
        [5000, ready],
        [15_000, ready],
      ],
      1000,
      10_000,
    ))!;
    expect(events.map(({ t }) => t)).toEqual([5000]);
  });

  it('is bounded: what matters least is left out first, and how much is said', async () => {
    const names = Array.from({ length: 400 }, (_, at) => String.fromCodePoint(0x4e00 + at));
    const { events, leftOut } = (await told([
      ...names.map((name, at) => [at, `[WRN] about ${name}`] as const),
      [50_000, "[WRN] JetStream cluster stream 'APP > qa' has NO quorum, stalled"],
    ]))!;
    expect(events).toHaveLength(300);
    expect(events.at(-1)?.kind).toBe('quorum');
    expect(leftOut).toBe(101);
  });

  it('keeps what was said whole, so that a secret in it is still found', async () => {
    const long = `[ERR] ${'x'.repeat(5000)} s3cr3t`;
    expect((await told([[1, long]]))!.events[0]?.text).toMatch(/x s3cr3t$/);
  });

  it('is unknown where there is no log', async () => {
    const nodes = [{ address: 'qa1a/js1', name: 'js1' }];
    expect(await serverEvents({ folder, nodes, startMs: START, from: 0, to: 1 })).toBeUndefined();
  });
});

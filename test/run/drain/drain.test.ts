import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../src/history/events.ts';
import type { DrainRecord } from '../../../src/history/record.ts';
import type { ConsumerReading, Observer, StreamReading } from '../../../src/nats/monitor/observer.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { drain } from '../../../src/run/drain/drain.ts';
import type { RunningWorkload, WorkloadProgress } from '../../../src/workloads/workload.ts';

const STREAM: StreamReading = {
  messages: 251,
  firstSeq: 1,
  lastSeq: 251,
  leader: 'n1',
  followers: ['n2', 'n3'],
  currentReplicas: 3,
  replicas: 3,
  mirror: null,
};
const AT_REST: ConsumerReading = {
  ackFloor: 97,
  delivered: 97,
  pending: 0,
  ackPending: 0,
  redelivered: 0,
  leader: 'n2',
  followers: ['n1', 'n3'],
};

/** How the workload that reads is, and what the cluster says. */
interface Scene {
  stream?: StreamReading;
  filterSubject?: string;
  progress?: Partial<WorkloadProgress>;
  /** Of the stream, as its nodes say. */
  leader?: string | null;
  withinMs?: number;
  /** What passes from one look at the clock to the next. */
  stepMs?: number;
  /** Since when readings before the drain have not found it. */
  goneSince?: number | undefined;
}

/** Drains one consumer whose state is read again and again: the last reading stays; an error is thrown. */
async function drained(readings: (ConsumerReading | Error)[], scene: Scene = {}): Promise<Drained> {
  const { stream = STREAM, filterSubject, progress, leader = 'n1', withinMs = 1_000 } = scene;
  const { stepMs = withinMs / 10 } = scene;
  let t = 0;
  const worker = {
    progress: () => ({ done: 0, failed: 0, unknown: 0, paused: false, finished: false, ...progress }),
    stop: () => Promise.resolve(),
    resume: () => undefined,
  } as RunningWorkload;
  const observer = {
    streamInfo: () => Promise.resolve(stream),
    streamLeader: () => Promise.resolve(leader),
    consumerInfo: () => {
      const reading = readings.length > 1 ? readings.shift() : readings[0];
      return reading instanceof Error ? Promise.reject(reading) : Promise.resolve(reading);
    },
  } as unknown as Observer;
  const plan = {
    workloads: [
      {
        name: 'worker',
        kind: 'consume',
        target: 'c/s/worker',
        account: 'APP',
        options: { consumer: 'c/s/worker' },
      },
    ],
    spec: {
      streams: [],
      consumers: [
        {
          address: 'c/s/worker',
          ackWaitMs: 30_000,
          ...(filterSubject === undefined ? {} : { filterSubject }),
        },
      ],
    },
  } as unknown as Plan;
  const events: HistoryEvent[] = [];
  const record = await drain({
    plan,
    workloads: new Map([['worker', worker]]),
    withinMs,
    observer,
    history: { append: (event) => events.push(event) },
    now: () => (t += stepMs),
    signal: new AbortController().signal,
    goneSince: () => scene.goneSince,
  });
  return { ...record, events };
}

type Drained = DrainRecord & { events: HistoryEvent[] };

describe('a consumer is drained', () => {
  it('when it has nothing to deliver and has got as far as its stream', async () => {
    expect(await drained([{ ...AT_REST, delivered: 251, ackFloor: 251 }])).toMatchObject({ ok: true });
  });

  it('not while its server claims that nothing is pending, right after a restart, and it is behind its stream', async () => {
    const caughtUp = { ...AT_REST, delivered: 251, ackFloor: 251 };
    expect(await drained([AT_REST, AT_REST, caughtUp])).toMatchObject({ ok: true });
    expect(await drained([AT_REST])).toMatchObject({
      ok: false,
      note: expect.stringContaining(
        'c/s/worker has delivered up to sequence 97 of 251, and claims that nothing is pending',
      ) as string,
    });
  });

  it('when what it has not delivered was purged, or is not for it', async () => {
    const purged = { ...STREAM, messages: 0, firstSeq: 252 };
    expect(await drained([AT_REST], { stream: purged })).toMatchObject({ ok: true });
    expect(await drained([AT_REST], { filterSubject: 's.other' })).toMatchObject({ ok: true });
  });
});

const PENDING: ConsumerReading = { ...AT_REST, pending: 154 };
const gone = new Error('c/s/worker: consumer not found', {
  cause: Object.assign(new Error('consumer not found'), { code: 10_014, apiError: {} }),
});

describe('a consumer that the servers have not known for a quarter of a minute', () => {
  it('is not waited for any longer, and one that comes back before is', async () => {
    const given = await drained([PENDING, gone], { withinMs: 100_000, stepMs: 1_000 });
    expect(given).toMatchObject({ ok: false, undrained: [{ outcome: 'gone' }] });
    expect(given.ms).toBeLessThan(60_000);
    const back = [PENDING, gone, { ...AT_REST, delivered: 251, ackFloor: 251 }];
    expect(await drained(back, { withinMs: 100_000, stepMs: 1_000 })).toMatchObject({ ok: true });
    expect((await drained([PENDING], { withinMs: 100_000, stepMs: 1_000 })).ms).toBeGreaterThanOrEqual(
      100_000,
    );
  });
});

describe('a consumer that readings before the drain have not found', () => {
  const scene = { withinMs: 100_000, stepMs: 1_000, goneSince: -14_000 };

  it('is not waited for once more, but by the same measure', async () => {
    const given = await drained([gone], scene);
    expect(given).toMatchObject({ ok: false, undrained: [{ outcome: 'gone' }] });
    expect(given.ms).toBeLessThan(8_000);
    const late = await drained([gone], { ...scene, goneSince: undefined });
    expect(late.ms).toBeGreaterThan(14_000);
  });

  it('is waited for when the drain finds it', async () => {
    const back = [PENDING, PENDING, PENDING, { ...AT_REST, delivered: 251, ackFloor: 251 }];
    expect(await drained(back, scene)).toMatchObject({ ok: true });
    expect((await drained([PENDING, gone], scene)).ms).toBeGreaterThan(14_000);
  });
});

describe('what became of a consumer', () => {
  it('is in the history, also when it got everything', async () => {
    const { events, undrained } = await drained([{ ...AT_REST, delivered: 251, ackFloor: 251 }]);
    expect(events).toMatchObject([{ type: 'consumer-drain', consumer: 'c/s/worker', outcome: 'drained' }]);
    expect(undrained).toBeUndefined();
  });

  const silent = new Error('c/s/worker: no node answered');
  it.each<[string, (ConsumerReading | Error)[], Scene, string]>([
    ['had too little time', [PENDING], { withinMs: 1_000 }, 'no-time'],
    [
      'was still getting on',
      Array.from({ length: 40 }, (_, n) => ({ ...PENDING, pending: 1000 - n })),
      { withinMs: 10_000 },
      'no-time',
    ],
    ['had time, and got no further', [PENDING], { withinMs: 10_000 }, 'stalled'],
    ['waits for its ackWait', [{ ...PENDING, ackPending: 3 }], { withinMs: 10_000 }, 'no-time'],
    [
      'has waited for longer than its ackWait',
      [{ ...PENDING, ackPending: 3 }],
      { withinMs: 50_000 },
      'stalled',
    ],
    ['has no leader', [PENDING, silent], { withinMs: 10_000, leader: null }, 'no-leader'],
    ['does not answer', [PENDING, silent], { withinMs: 10_000 }, 'no-answer'],
    ['is not there any more', [gone], { withinMs: 20_000 }, 'gone'],
    ['is not known, as while a new meta leader begins', [gone], { withinMs: 10_000 }, 'no-answer'],
    ['was not there just then', [PENDING, gone], { withinMs: 500 }, 'no-answer'],
    ['is paused', [PENDING], { withinMs: 10_000, progress: { paused: true } }, 'paused'],
    ['has no connection', [PENDING], { withinMs: 10_000, progress: { offline: true } }, 'offline'],
    ['has done its count', [PENDING], { progress: { finished: true } }, 'ended'],
  ])('that %s', async (_, readings, scene, outcome) => {
    const { events, undrained } = await drained(readings, scene);
    expect(events).toMatchObject([{ type: 'consumer-drain', outcome }]);
    expect(undrained).toMatchObject([{ consumer: 'c/s/worker', outcome }]);
    expect(undrained?.[0]?.text).toMatch(/\w+: /);
  });
});

it('does not wait for a publisher longer than there is time', async () => {
  let gaveUp = false;
  const publisher = {
    progress: () => ({ done: 0, paused: false, finished: false }),
    stop: (late?: AbortSignal) =>
      new Promise<void>((done) => {
        late?.addEventListener('abort', () => {
          gaveUp = true;
          done();
        });
      }),
  } as unknown as RunningWorkload;
  const plan = {
    workloads: [{ name: 'publisher', kind: 'publish', target: 'c/s', account: 'APP', options: {} }],
    spec: { streams: [], consumers: [] },
  } as unknown as Plan;
  const { ok } = await drain({
    plan,
    history: { append: () => undefined },
    workloads: new Map([['publisher', publisher]]),
    withinMs: 20,
    observer: {} as Observer,
    now: () => performance.now(),
    signal: new AbortController().signal,
    goneSince: () => undefined,
  });
  expect([ok, gaveUp]).toEqual([true, true]);
});

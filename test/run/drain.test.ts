import { describe, expect, it } from 'vitest';
import type { ConsumerReading, Observer, StreamReading } from '../../src/nats/observer.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { drain } from '../../src/run/drain.ts';
import type { RunningWorkload } from '../../src/workloads/workload.ts';

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
};

/** Drains one consumer whose state is read again and again: the last reading stays. */
function drained(
  readings: ConsumerReading[],
  { stream = STREAM, filterSubject }: { stream?: StreamReading; filterSubject?: string } = {},
): Promise<{ ok: boolean; note: string }> {
  let t = 0;
  const worker = {
    progress: () => ({ done: 0, paused: false, finished: false }),
    stop: () => Promise.resolve(),
    resume: () => undefined,
  } as unknown as RunningWorkload;
  const observer = {
    streamInfo: () => Promise.resolve(stream),
    consumerInfo: () => Promise.resolve(readings.length > 1 ? readings.shift() : readings[0]),
  } as unknown as Observer;
  const plan = {
    workloads: [{ name: 'worker', kind: 'consume', target: 'c/s/worker', account: 'APP', options: {} }],
    spec: {
      streams: [],
      consumers: [{ address: 'c/s/worker', ...(filterSubject === undefined ? {} : { filterSubject }) }],
    },
  } as unknown as Plan;
  return drain({
    plan,
    workloads: new Map([['worker', worker]]),
    withinMs: 1_000,
    observer,
    now: () => (t += 100),
    signal: new AbortController().signal,
  });
}

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

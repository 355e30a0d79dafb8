import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallEnvironment, smallExperiment, threeFreePorts, Workbench, type ProgramRun } from './harness.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

/** Runs an experiment on the small environment, and lets `sabotage` act behind its back in the phase `pause`. */
async function run(
  experiment: Record<string, unknown>,
  sabotage?: (connection: NatsConnection) => Promise<void>,
  environment: Record<string, unknown> = {},
): Promise<Awaited<ReturnType<ProgramRun['ends']>>> {
  const { file, port } = await smallEnvironment(environment);
  bench.environment(file);
  const running = bench.run(bench.experiment(experiment));
  if (sabotage) {
    await running.sees(/^pause: begins/);
    const connection = await connect({ servers: `127.0.0.1:${port}`, user: 'app', pass: 'app' });
    await sabotage(connection);
    await connection.close();
  }
  return running.ends();
}

/** Publishes 50, waits two seconds in a phase of its own (for the saboteur), publishes 50 more. */
const withPause = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  smallExperiment({
    workloads: {
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', count: 100, interval: '5ms', pauseAt: 50 },
      worker: { kind: 'consume', consumer: 'c/s/worker', pauseAt: 50 },
    },
    method: [
      { phase: 'first half', until: [progress('worker', 50)], within: '30s' },
      { phase: 'pause', for: '3s' },
      {
        phase: 'second half',
        actions: ['publisher', 'worker'].map((workload) => ({ kind: 'resume-workload', workload })),
        until: [{ kind: 'workload-progress', workload: 'publisher', equals: 100 }],
        within: '30s',
      },
    ],
    drain: { within: '5s' },
    ...over,
  });

const progress = (workload: string, equals: number) => ({ kind: 'workload-progress', workload, equals });

describe('the same experiment, left alone', () => {
  it('passes', async () => {
    const { code, report, timeline } = await run(withPause());
    expect(report.reasons, timeline).toEqual([]);
    expect(code).toBe(0);
    expect(report.verdict).toBe('pass');
  });
});

describe('inconclusive, each for its own reason', () => {
  it('a publisher whose subject matches no stream', async () => {
    const { code, report, timeline } = await run(
      smallExperiment({
        workloads: {
          publisher: { kind: 'publish', stream: 'c/s', subject: 'nowhere.x', count: 20, interval: '5ms' },
        },
        method: [{ phase: 'work', for: '1s' }],
        checks: [{ kind: 'no-loss', published: 'publisher' }],
      }),
    );
    expect(code, timeline).toBe(2);
    expect(report.headline).toMatch(/publisher.*(moved nothing|no message)/);
    expect(report.reasons.map((reason) => reason.text).join('\n')).toMatch(/no stream answer/i);
  });

  it('a fault on a node that is already down', async () => {
    const { code, report, timeline } = await run(
      smallExperiment({
        workloads: { publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '50/s' } },
        method: [
          { phase: 'stop', faults: [{ kind: 'stop', nodes: 'c/n1', keep: true }], for: '1s' },
          { phase: 'kill', faults: [{ kind: 'kill', nodes: 'c/n1' }], for: '1s' },
        ],
        checks: [{ kind: 'no-loss', published: 'publisher' }],
      }),
    );
    expect(code, timeline).toBe(2);
    expect(report.headline).toMatch(/kill c\/n1.*c\/n1 was already down/);
  });

  it('a steady state that never holds: the method is not run', async () => {
    const { code, report, timeline } = await run(
      smallExperiment({
        steadyState: [{ kind: 'stream-messages', stream: 'c/s', min: 1_000_000, within: '1s' }],
      }),
    );
    expect(code, timeline).toBe(2);
    expect(report.headline).toMatch(/^Steady state not met before the method/);
    expect(report.phases).toMatchObject([{ name: 'work', outcome: 'not-run' }]);
  });

  it('a probe that never gets a reading', async () => {
    const { code, report, timeline } = await run(
      smallExperiment({
        workloads: {
          publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', count: 20, interval: '5ms' },
        },
        // The stream is gone before anybody reads it.
        method: [
          {
            phase: 'pause',
            for: '3s',
            expect: [{ kind: 'stream-messages', stream: 'c/gone', equals: 0, after: '2s' }],
          },
        ],
        checks: [],
      }),
      async (connection) => {
        await (await jetstreamManager(connection)).streams.delete('gone');
      },
      {
        streams: {
          'c/s': { subjects: ['s.>'], replicas: 3 },
          'c/gone': { subjects: ['gone.>'], replicas: 3 },
        },
      },
    );
    expect(code, timeline).toBe(2);
    expect(report.headline).toMatch(/stream-messages c\/gone/);
    expect(report.reasons.map((reason) => reason.text).join('\n')).toMatch(/stream not found/);
  });
});

describe('fail, naming the sequence', () => {
  it('a message deleted from the source behind the runner’s back', async () => {
    const { code, report, timeline } = await run(withPause(), async (connection) => {
      await (await jetstreamManager(connection)).streams.deleteMessage('s', 17);
    });
    expect(code, timeline).toBe(1);
    expect(report.headline).toMatch(/\b17\b/);
    const finding = report.findings.find((f) => f.check === 'no-loss');
    expect(finding).toMatchObject({ verdict: 'fail', examples: [{ seq: 17 }] });
  });

  it('a message stored twice', async () => {
    const { code, report, timeline } = await run(withPause(), async (connection) => {
      const stored = await (await jetstreamManager(connection)).streams.getMessage('s', { seq: 23 });
      if (stored === null) throw new Error('sequence 23 is not there');
      const again = headers();
      again.set('Nats-Msg-Id', 'another id');
      expect((await jetstream(connection).publish('s.x', stored.data, { headers: again })).seq).toBe(51);
    });
    expect(code, timeline).toBe(1);
    const finding = report.findings.find((f) => f.check === 'no-duplicates');
    expect(finding).toMatchObject({ verdict: 'fail' });
    expect(`${finding?.statement ?? ''} ${JSON.stringify(finding?.examples)}`).toMatch(/23.*51|51.*23/s);
  });

  it('a consumer that acknowledges without processing', async () => {
    const { code, report, timeline } = await run(
      withPause({
        workloads: {
          publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', count: 100, interval: '5ms' },
          worker: { kind: 'consume', consumer: 'c/s/worker', pauseAt: 50 },
        },
      }),
      async (connection) => {
        const consumer = await jetstream(connection).consumers.get('s', 'worker');
        const message = await consumer.next({ expires: 2000 });
        expect(message?.seq).toBe(51);
        expect(await message?.ackAck()).toBe(true);
      },
    );
    expect(code, timeline).toBe(1);
    const finding = report.findings.find((f) => f.check === 'no-loss');
    expect(finding).toMatchObject({ verdict: 'fail', examples: [{ seq: 51 }] });
    expect(finding?.statement).toMatch(/51/);
  });

  it('a mirror given one message too few', async () => {
    const { code, report, timeline } = await run(
      withPause({ checks: [{ kind: 'identical', streams: ['c/s', 'c/copy'] }] }),
      async (connection) => {
        const manager = await jetstreamManager(connection);
        await manager.streams.deleteMessage('copy', 31);
      },
      { streams: { 'c/s': { subjects: ['s.>'], replicas: 3 }, 'c/copy': { mirror: 'c/s', replicas: 3 } } },
    );
    expect(code, timeline).toBe(1);
    expect(report.findings).toMatchObject([{ check: 'identical', verdict: 'fail', examples: [{ seq: 31 }] }]);
    expect(report.headline).toMatch(/\b31\b/);
  });
});

describe('the machine', () => {
  it('says in the words of the server why it does not start', async () => {
    const { file } = await smallEnvironment({
      clusters: { c: { nodes: ['n1'], config: { max_payload: 'nonsense' } } },
      streams: { 'c/s': { subjects: ['s.>'] } },
    });
    bench.environment(file);
    const { code, report } = await bench.run(bench.experiment(smallExperiment())).ends();
    expect(code).toBe(3);
    expect(report.headline).toMatch(
      /the server of c\/n1 did not start: it exited with 1, saying: .*c\.n1\.conf.*int64/,
    );
  });

  it('names who holds a declared port, and goes on with --free-ports', async () => {
    const port = await threeFreePorts();
    const { createServer } = await import('node:net');
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(port + 1, '127.0.0.1', done));
    bench.environment({
      ...(await smallEnvironment()).file,
      clusters: { c: { nodes: ['n1', 'n2', 'n3'], ports: { client: port } } },
    });
    const file = bench.experiment(smallExperiment());
    try {
      const refused = await bench.run(file).ends();
      expect(refused.code).toBe(3);
      expect(refused.report.headline).toMatch(
        new RegExp(`port ${port + 1} \\(client of c/n2\\) is taken by process ${process.pid}`),
      );
      expect((await bench.run(file, '--free-ports').ends()).code).toBe(0);
    } finally {
      squatter.close();
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { unknownSubjects } from '../../src/drivers/servers/interest.ts';
import { until } from '../../src/support/deadline.ts';
import { bringUp, type Environment } from './bring-up.ts';
import { oneZoneSpec } from '../support/one-zone-spec.ts';

let running: Environment;

beforeAll(async () => {
  running = await bringUp({ create: (ctx) => new ProcessDriver(ctx), spec: oneZoneSpec });
});

afterAll(async () => {
  await running.takeDown();
});

describe('what the nodes of a cluster know of its streams', () => {
  it('is everything once an environment is ready: each node takes a message for each stream', async () => {
    const { driver, spec } = running;
    expect(await unknownSubjects({ ...running.ctx, streams: spec.streams })).toEqual([]);
    const account = spec.streams[0]?.account ?? '';
    for (const { client } of driver.nodes()) {
      const connection = await driver.connect([client], account, 'interest');
      const reply = await connection.request(
        (spec.streams[0]?.subjects[0] ?? '').replace('>', 'known'),
        'x',
        { timeout: 5_000 },
      );
      expect(reply.json()).toMatchObject({ seq: expect.any(Number) as number });
      await connection.close();
    }
  });

  it('lacks the subjects that nobody takes, on every node that does not lead the stream', async () => {
    const [stream] = running.spec.streams;
    if (stream === undefined) throw new Error('there is no stream');
    const other = { ...stream, subjects: ['nobody.takes.this'] };
    const unknown = await unknownSubjects({ ...running.ctx, streams: [other] });
    expect(unknown).toHaveLength(running.driver.nodes().length - 1);
    expect(unknown[0]).toMatch(/: nobody\.takes\.this$/);
  });

  it('comes with the subscription of another node', async () => {
    const { driver, spec } = running;
    const [stream] = spec.streams;
    const leader = await running.ctx.observer.streamLeader(stream?.address ?? '');
    const node = driver.nodes().find(({ name }) => name === leader);
    if (stream === undefined || node === undefined) throw new Error('the stream has no leader');
    const connection = await driver.connect([node.client], stream.account, 'interest');
    connection.subscribe('taken.at.last');
    const other = { ...stream, subjects: ['taken.at.last'] };
    await until(async () => (await unknownSubjects({ ...running.ctx, streams: [other] })).length === 0, {
      timeoutMs: 10_000,
      what: 'the news to arrive',
    });
    await connection.close();
  });
});

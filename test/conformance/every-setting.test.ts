import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { untakenOfConsumer, untakenOfStream } from '../../src/drivers/servers/differences.ts';
import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { loadEnvironment } from '../../src/experiment/load.ts';
import { consumerConfiguration, streamConfiguration } from '../../src/nats/assets/configured.ts';
import { connect } from '../../src/nats/connect.ts';
import { environmentSpec } from '../../src/plan/environment-spec.ts';
import { bringUp, type Environment } from './bring-up.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/environments');

const start = (spec: EnvironmentSpec): Promise<Environment> =>
  bringUp({ create: (ctx) => new ProcessDriver(ctx), spec: () => spec });

function specOf(name: string): EnvironmentSpec {
  return { ...environmentSpec(loadEnvironment(join(FOLDER, name), { env: {} })), proxied: [] };
}

describe.each(['every-setting.yaml', 'every-setting-2.10.yaml'])('%s', (name) => {
  let environment: Environment | undefined;
  beforeAll(async () => {
    environment = await start(specOf(name));
  });
  afterAll(() => environment?.takeDown());

  it('has every stream, bucket and consumer with every setting, as its servers report it', async () => {
    const { spec, ctx } = environment as Environment;
    const [node] = ctx.nodes;
    const conn = await connect({ servers: [node?.client ?? ''], name: 'test', user: 'app', pass: 'app' });
    try {
      for (const stream of spec.streams) {
        const found = await streamConfiguration(conn, stream.name);
        expect(found, stream.address).not.toBeNull();
        expect(found && untakenOfStream(stream, found)).toEqual([]);
      }
      for (const consumer of spec.consumers) {
        const found = await consumerConfiguration(conn, consumer.stream, consumer.name);
        expect(found, consumer.address).not.toBeNull();
        expect(found && untakenOfConsumer(consumer, found)).toEqual([]);
      }
    } finally {
      await conn.close();
    }
  });
});

it('is refused when a server ignores a setting that it does not know', async () => {
  const { streams, ...spec } = specOf('every-setting.yaml');
  const late = streams.filter(({ address }) => address === 'z/schedules');
  const begun = start({ ...spec, nats: '2.10', streams: late, consumers: [] });
  await expect(begun).rejects.toThrow(
    /nats-server 2\.10\.\d+ did not take every setting: z\/schedules has allowMsgSchedules false, and not true; it needs nats-server 2\.12/,
  );
});

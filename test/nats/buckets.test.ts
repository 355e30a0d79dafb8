import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { streamDifferences, untakenOfStream } from '../../src/drivers/servers/differences.ts';
import { streamRequest } from '../../src/drivers/servers/requests.ts';
import type { StreamSpec } from '../../src/drivers/spec.ts';
import type { Environment } from '../../src/experiment/schema/environment.ts';
import { streamConfiguration } from '../../src/nats/assets/configured.ts';
import { openManager } from '../../src/nats/assets/manager.ts';
import { addStream } from '../../src/nats/assets/provision.ts';
import { bucketSpec } from '../../src/plan/bucket-spec.ts';
import { startNatsServer, type TestServer } from '../support/nats-server.ts';

type Bucket = Environment['buckets'][string];

const plain = { history: 1, storage: 'file', replicas: 1, allowDirect: true } as const;
const options = { timeoutMs: 10_000, signal: new AbortController().signal };

let server: TestServer;
beforeEach(async () => {
  server = await startNatsServer();
});
afterEach(() => server.dispose());

describe('a bucket is made as the file states it, and known again', () => {
  test.each<[string, Bucket, string[]]>([
    ['nothing stated', plain, ['history', 'storage', 'replicas', 'allowDirect']],
    [
      'everything stated',
      {
        ...plain,
        history: 5,
        storage: 'memory',
        allowDirect: false,
        ttl: 60_000,
        limitMarkerTtl: 30_000,
        maxValueSize: 1024,
        maxBytes: 1024 ** 2,
        compression: true,
        republish: { source: '$KV.b.>', destination: 'changed.>', headersOnly: true },
        metadata: { team: 'nats' },
        description: 'a text',
      },
      [
        'history',
        'storage',
        'allowDirect',
        'maxAge',
        'limitMarkerTtl',
        'maxValueSize',
        'maxBytes',
        'compression',
        'republish',
        'metadata',
        'description',
      ],
    ],
  ])('%s', async (_, bucket, stated) => {
    const spec = await make('c/b', bucket);
    const found = await configurationOf('KV_b');
    expect(streamDifferences(spec, stated, found)).toEqual([]);
    const other = bucketSpec(
      'c/b',
      { ...bucket, history: 9, allowDirect: !bucket.allowDirect },
      'APP',
      origin,
    );
    expect(streamDifferences(other, stated, found)).toEqual([
      `c/KV_b has history ${bucket.history}, and not 9`,
      `c/KV_b has allowDirect ${bucket.allowDirect}, and not ${!bucket.allowDirect}`,
    ]);
  });

  test('a mirror holds what its origin holds, and sources come under the same keys', async () => {
    await make('c/b', plain);
    await make('c/mirror', { ...plain, mirror: 'c/b' });
    await make('c/both', { ...plain, sources: ['c/b'] });
    const conn = await server.connect('writer');
    await conn.request('$KV.b.k', 'v');
    const manager = await openManager(conn);
    for (const [stream, subject] of [
      ['KV_mirror', '$KV.b.k'],
      ['KV_both', '$KV.both.k'],
    ] as const)
      await expect
        .poll(() => manager.streams.getMessage(stream, { last_by_subj: subject }), { timeout: 30_000 })
        .toMatchObject({ subject });
    await conn.close();
  });
});

async function make(address: string, bucket: Bucket): Promise<StreamSpec> {
  const spec = bucketSpec(address, bucket, 'APP', origin);
  const conn = await server.connect('setup');
  const found = await addStream(conn, streamRequest(spec), options);
  expect(untakenOfStream(spec, found)).toEqual([]);
  await conn.close();
  return spec;
}

async function configurationOf(stream: string) {
  const conn = await server.connect('setup');
  const found = await streamConfiguration(conn, stream);
  await conn.close();
  if (found === null) throw new Error(`there is no stream ${stream}`);
  return found;
}

function origin(address: string) {
  const [cluster = '', stream = ''] = address.split('/');
  return { cluster, stream };
}

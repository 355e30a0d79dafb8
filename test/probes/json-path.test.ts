import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePath, readPath } from '../../src/probes/json-path.ts';

const JSZ = {
  server_id: 'N1',
  messages: 0,
  meta_cluster: {
    leader: 'n1',
    replicas: [
      { name: 'n2', current: true },
      { name: 'n3', current: false },
    ],
  },
  account_details: [
    { name: 'PROD', stream_detail: [{ name: 'a.b', state: { messages: 7 } }] },
    { name: 'DEV', stream_detail: [] },
    { name: 'DEV', stream_detail: [] },
  ],
  'with.dots': { x: 1 },
  nothing: null,
};

describe('a path into the answer of a server', () => {
  it.each([
    ['server_id', { state: 'N1' }],
    ['messages', { value: 0 }],
    ['meta_cluster.leader', { state: 'n1' }],
    ['meta_cluster.replicas.length', { value: 2 }],
    ['meta_cluster.replicas[1].current', { value: 0, state: 'false' }],
    ['meta_cluster.replicas[name=n2].current', { value: 1, state: 'true' }],
    ['account_details[name=PROD].stream_detail[name=a.b].state.messages', { value: 7 }],
    ['account_details[1].stream_detail.length', { value: 0 }],
    ['["with.dots"].x', { value: 1 }],
  ])('%s', (path, reading) => {
    expect(readPath(JSZ, path)).toEqual(reading);
  });

  it.each([
    ['meta_cluster.lead', /meta_cluster has no field lead; it has leader, replicas/],
    ['meta_cluster', /is object, where a number or a word is needed/],
    ['meta_cluster.replicas', /is a list/],
    ['nothing', /is null/],
    ['nothing.more', /nothing has no field more/],
    ['meta_cluster.replicas[2].name', /has 2 elements, and no \[2\]/],
    ['server_id[0]', /server_id is no list/],
    ['account_details[name=DEV].stream_detail.length', /has 2 elements with name DEV/],
    ['account_details[name=QA].stream_detail.length', /has 0 elements with name QA/],
    ['toString', /has no field toString/],
    ['__proto__', /has no field __proto__/],
  ])('%s gives no reading', (path, why) => {
    expect(() => readPath(JSZ, path)).toThrow(why);
  });

  it.each(['', '.', 'a.', 'a..b', 'a[', 'a[]', 'a[x', '[=1]', 'a]b', 'a["b]'])('"%s" is no path', (path) => {
    expect(() => parsePath(path)).toThrow(/path/);
  });

  it('reads a document that is no number and no word never as something', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ minLength: 1 }), (document, path) => {
        try {
          const { value, state } = readPath(document, path);
          expect(value !== undefined || state !== undefined).toBe(true);
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^(invalid|failed)$/);
        }
      }),
    );
  });
});

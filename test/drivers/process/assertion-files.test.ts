import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AssertionFiles, assertionsIn } from '../../../src/drivers/process/assertion-files.ts';

/** As version 0.7.2 of the SDK writes them. */
const SDK =
  '{"antithesis_sdk":{"language":{"name":"Go","version":"go1.26.8"},"protocol_version":"1.1.0","sdk_version":"0.7.2"}}';
function line(message: string, condition: boolean, more: object = {}): string {
  const location = {
    class: 'github.com/nats-io/nats-server/v2/server.(*raft)',
    function: 'setWriteErrLocked',
    file: '/go/pkg/mod/github.com/nats-io/nats-server/v2@v2.12.15/server/raft.go',
    begin_line: 4947,
    begin_column: 0,
  };
  const assertion = {
    location,
    details: { name: 'n1', group: '_meta_', err: 'no space left on device' },
    assert_type: 'reachability',
    display_type: 'Unreachable',
    message,
    id: message,
    hit: true,
    must_hit: false,
    condition,
    ...more,
  };
  return JSON.stringify({ antithesis_assert: assertion });
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assertions-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('gives each start of a server a file of its own, and reads all of them', () => {
  const files = new AssertionFiles(folder);
  const next = (node: string): string => files.variables(node)['ANTITHESIS_SDK_LOCAL_OUTPUT']!;
  const [first, second, other] = [next('z/n1'), next('z/n1'), next('z/n10')];
  expect(new Set([first, second, other]).size).toBe(3);
  expect(files.read()).toEqual([]);
  writeFileSync(first, `${SDK}\n${line('one', false)}\n`);
  writeFileSync(other, `${SDK}\n${line('two', false)}\n`);
  const seen = (): string[] => files.read().map(({ node, message }) => `${node} ${message}`);
  expect(seen()).toEqual(['z/n1 one', 'z/n10 two']);
  writeFileSync(second, `${line('three', false)}\n`);
  appendFileSync(other, `${line('four', false)}\n`);
  expect(seen()).toEqual(['z/n1 one', 'z/n1 three', 'z/n10 two', 'z/n10 four']);
});

it('says what was asserted, where, and with which details', () => {
  expect(assertionsIn(`${SDK}\n${line('Raft encountered write error', false)}\n`, 'z/n1', 'f')).toEqual([
    {
      node: 'z/n1',
      file: 'f',
      message: 'Raft encountered write error',
      kind: 'Unreachable',
      violated: true,
      where: 'raft.go:4947 setWriteErrLocked',
      details: { name: 'n1', group: '_meta_', err: 'no space left on device' },
    },
  ]);
});

it('takes only what was reached and did not hold for a violation', () => {
  const always = { display_type: 'AlwaysOrUnreachable', assert_type: 'always' };
  const lines = [
    line('holds', true, always),
    line('does not hold', false, always),
    line('not now', false, { display_type: 'Sometimes', assert_type: 'sometimes' }),
    line('only declared', false, { hit: false }),
    line('being written', false).slice(0, 80),
  ];
  const found = assertionsIn(lines.join('\n'), 'z/n1', 'f');
  expect(found.map(({ message, violated }) => [message, violated])).toEqual([
    ['holds', false],
    ['does not hold', true],
    ['not now', false],
  ]);
});

it('leaves out what the SDK asserts of itself', () => {
  // Written at each start by the SDK of 2.14.10 and 2.15.3, in a server that was built without cgo.
  const itself =
    '{"antithesis_assert":{"assert_type":"always","condition":false,"details":{"info":"This binary was built without CGO enabled"},"display_type":"Always","hit":true,"id":"Go application under test compiled with CGO enabled","location":{"begin_column":0,"begin_line":0,"class":"","file":"","function":""},"message":"Go application under test compiled with CGO enabled","must_hit":true}}';
  const found = assertionsIn(`${SDK}\n${itself}\n${line('Reset clustered state', false)}\n`, 'z/n1', 'f');
  expect(found.map(({ message }) => message)).toEqual(['Reset clustered state']);
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProcessState } from '../../../src/drivers/driver.ts';
import { StoreDisk } from '../../../src/drivers/process/store-disk.ts';

const BLOCK = 'jetstream/APP/streams/qa/msgs/1.blk';
const FILES = {
  [BLOCK]: 'hello',
  'jetstream/APP/streams/qa/msgs/index.db': 'index',
  'jetstream/APP/streams/other/msgs/1.blk': 'other',
  'jetstream/SYS/_js_/_meta_/snapshots/snap.1.5': 'meta',
  'jetstream/SYS/_js_/S-R3F-abc/msgs/1.blk': 'log',
  'jetstream/SYS/_js_/S-R3F-abc/tav.idx': 'vote',
};

let root: string;
let state: ProcessState;
let disk: StoreDisk;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'store-disk-'));
  state = 'down';
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, 'a.n1', path)), { recursive: true });
    writeFileSync(join(root, 'a.n1', path), text);
  }
  disk = new StoreDisk({
    storeOf: (node) => join(root, node.replace('/', '.')),
    asideFolder: () => join(root, 'aside'),
    stateOf: () => state,
    accountsOf: () => ({ account: 'APP', systemAccount: 'SYS' }),
  });
});
afterEach(() => rmSync(root, { recursive: true }));

const read = (path: string): string => readFileSync(join(root, 'a.n1', path), 'utf8');

describe('store files are found by role', () => {
  it.each([
    ['blocks', 'a/qa', 'S-R3F-abc', [BLOCK]],
    ['index', 'a/qa', 'S-R3F-abc', ['jetstream/APP/streams/qa/msgs/index.db']],
    ['raft', 'a/qa', 'S-R3F-abc', ['jetstream/SYS/_js_/S-R3F-abc/msgs/1.blk']],
    ['snapshots', null, null, ['jetstream/SYS/_js_/_meta_/snapshots/snap.1.5']],
    ['snapshots', 'a/qa', 'S-R3F-abc', []],
    ['raft', 'a/alone', null, []],
    ['blocks', 'a/unknown', null, []],
  ] as const)('%s of %s', async (role, stream, group, paths) => {
    const found = await disk.files('a/n1', { role, stream, group });
    expect(found.map(({ path }) => path)).toEqual(paths);
  });
});

describe('damage', () => {
  it('does what it says, and keeps the checksums before and after', async () => {
    await disk.damage('a/n1', BLOCK, { kind: 'flip', bits: [{ offset: 0, bit: 5 }] }, 'one');
    expect(read(BLOCK)).toBe('Hello');
    await disk.damage('a/n1', BLOCK, { kind: 'truncate', toBytes: 2 }, 'one');
    expect(read(BLOCK)).toBe('He');
    await disk.damage('a/n1', BLOCK, { kind: 'delete' }, 'one');
    const events = disk.events('a/n1', 'one');
    const sums = events.map((event) => (event.op === 'damaged' ? [event.before, event.after] : []));
    expect(sums.map(([, after]) => after).slice(0, 2)).toEqual(sums.map(([before]) => before).slice(1));
    expect(sums[0]?.[0]).toMatch(/^2cf24dba5fb0a30e/);
    expect(sums[2]?.[1]).toBeNull();
    expect(await disk.checksum('a/n1', BLOCK)).toBeNull();
    expect(disk.events('a/n1', 'two')).toEqual([]);
  });

  it.each(['running', 'paused'] as const)('is refused while the node is %s', async (now) => {
    state = now;
    await expect(disk.damage('a/n1', BLOCK, { kind: 'delete' }, 'one')).rejects.toThrow(
      `a/n1 is ${now}: cannot damage`,
    );
    expect(read(BLOCK)).toBe('hello');
  });
});

describe('a copy of a store', () => {
  it('is put back whole, once', async () => {
    const copied = await disk.copyStore('a/n1', 'one');
    expect(copied).toMatchObject({ files: 6, sizeBytes: 26 });
    await disk.damage('a/n1', BLOCK, { kind: 'delete' }, 'one');
    writeFileSync(join(root, 'a.n1', 'new'), 'written since');
    expect(await disk.putBack('a/n1', 'one')).toEqual(copied);
    expect(read(BLOCK)).toBe('hello');
    expect(disk.hasCopy('a/n1', 'one')).toBe(false);
    await expect(disk.putBack('a/n1', 'one')).rejects.toThrow('there is no copy "one"');
  });

  it('is not taken from under a running node, nor put back under one that is not down', async () => {
    state = 'running';
    await expect(disk.copyStore('a/n1', 'one')).rejects.toThrow('a/n1 is running: cannot copy');
    state = 'paused';
    await disk.copyStore('a/n1', 'one');
    await expect(disk.putBack('a/n1', 'one')).rejects.toThrow('a/n1 is paused: cannot put');
  });
});

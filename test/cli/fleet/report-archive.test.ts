import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packReport, unpackReport } from '../../../src/cli/fleet/report-archive.ts';

const NAME = '20261130T200000Z-small-2.12.15';

let folder: string;
let archive: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-archive-'));
  archive = join(folder, 'report.tar.gz');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The folder of a run with these files. */
function made(name: string, files: Record<string, string>): string {
  const path = join(folder, 'there', name);
  mkdirSync(join(path, 'history'), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

describe('the report of a run elsewhere', () => {
  it('arrives as it was, but for what would be undone here', async () => {
    const forged = '{"driver":"process","op":"environment.reap","args":{"folder":"/srv/nats-chaos-data"}}\n';
    const files = { 'report.json': '{}', 'journal.ndjson': forged, 'history/events.ndjson': 'x' };
    const packed = await packReport(made(NAME, files), archive);
    const path = await unpackReport(archive, join(folder, 'here'), packed.folder);
    expect(readFileSync(join(path, 'history/events.ndjson'), 'utf8')).toBe('x');
    expect(readFileSync(join(path, 'journal.ndjson'), 'utf8')).toBe('');
  });

  it('may have a folder in the place of the journal, and then has none', async () => {
    const path = made(NAME, { 'report.json': '{}' });
    mkdirSync(join(path, 'journal.ndjson', 'deep'), { recursive: true });
    await packReport(path, archive);
    const got = await unpackReport(archive, join(folder, 'here'), NAME);
    expect(readFileSync(join(got, 'journal.ndjson'), 'utf8')).toBe('');
  });

  it.each(['.running-20261130T200000Z-small', '.', '..', 'a/b'])('is not called %s', async (name) => {
    await packReport(made(NAME, { 'report.json': '{}' }), archive);
    await expect(unpackReport(archive, join(folder, 'here'), name)).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(existsSync(join(folder, 'here')) ? readdirSync(join(folder, 'here')) : []).toEqual([]);
  });

  it('is not unpacked beside its own folder, nor with anything but files and folders', async () => {
    const path = made(NAME, { 'report.json': '{}' });
    symlinkSync('/etc/passwd', join(path, 'link'));
    await create({ cwd: join(folder, 'there'), file: archive, gzip: true }, [NAME]);
    await expect(unpackReport(archive, join(folder, 'here'), NAME)).rejects.toThrow(
      'neither a file nor a folder',
    );
    await packReport(path, archive);
    await expect(unpackReport(archive, join(folder, 'here'), `${NAME}-other`)).rejects.toThrow('is not in');
    expect(readdirSync(join(folder, 'here'))).toEqual([]);
  });
});

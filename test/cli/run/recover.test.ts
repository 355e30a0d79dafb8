import { spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recoverCommand } from '../../../src/cli/commands/recover.ts';
import { runFolder, runFolders } from '../../../src/cli/run/find-runs.ts';
import { recoverRun } from '../../../src/cli/run/recover-run.ts';
import { createRunFolder } from '../../../src/cli/run/run-folder.ts';
import { Journal } from '../../../src/run/undo/journal.ts';

let out: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'recover-test-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(out, { recursive: true });
});

/** A process that has a file of the environment on its command line, as a server has. */
const server = (environment: string): ChildProcess => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', `${environment}/n1.conf`]);
  children.push(child);
  return child;
};

const deadMark = JSON.stringify({ runId: 'dead0001', pid: process.pid, started: 'long ago', host: hostOf() });

function hostOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recover-host-'));
  try {
    const { path } = createRunFolder(folder, 'x', 'y', new Date());
    return (JSON.parse(readFileSync(join(path, 'runner.json'), 'utf8')) as { host: string }).host;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A run with an environment of its own, whose runner is this process. */
const begin = (name: string): { folder: string; environment: string; finish: () => string } => {
  const made = createRunFolder(out, name, 'abcd0123', new Date('2026-11-21T03:15:00Z'));
  const environment = join(out, `nats-chaos-${name}`);
  const journal = new Journal(join(made.path, 'journal.ndjson'));
  journal.append({ driver: 'process', op: 'environment.reap', args: { folder: environment } });
  journal.append({ driver: 'process', op: 'links.release', args: { links: ['a'] } });
  journal.close();
  mkdirSync(environment);
  writeFileSync(join(environment, 'n1.conf'), '');
  return { folder: made.path, environment, finish: () => made.finish('2.12.1') };
};

describe('a run whose runner is dead', () => {
  it('is taken down and marked; a second time there is nothing to do', async () => {
    const { folder, environment } = begin('killed');
    writeFileSync(join(folder, 'runner.json'), deadMark);
    const { pid } = server(environment);
    const first = await recoverRun(folder, false);
    expect(first).toMatchObject({ outcome: 'recovered', marked: true, environments: [{ ended: [pid] }] });
    expect(existsSync(environment)).toBe(false);
    expect(readdirSync(out)).toEqual(['20261121T031500Z-killed-abcd0123-recovered']);
    expect(JSON.parse(readFileSync(join(first.folder, 'recovered.json'), 'utf8'))).toMatchObject({
      environments: [{ folder: environment, ended: [pid], left: [] }],
    });
    expect(await recoverRun(first.folder, true)).toMatchObject({ outcome: 'clean', marked: false });
    // By the name that it had before.
    expect(runFolder(folder, out)).toBe(first.folder);
  });

  it('is marked as well when its guardian has been there, or it died before its first record', async () => {
    const { folder, environment } = begin('guarded');
    writeFileSync(join(folder, 'runner.json'), deadMark);
    rmSync(environment, { recursive: true });
    expect(await recoverRun(folder, false)).toMatchObject({ outcome: 'clean', marked: true });
    const early = createRunFolder(out, 'early', 'ffff0000', new Date()).path;
    writeFileSync(join(early, 'runner.json'), deadMark);
    expect(runFolders(out)).toContain(early);
    expect(await recoverRun(early, false)).toMatchObject({ outcome: 'clean', marked: true });
  });

  it('says what it could not remove, and leaves the folder to be recovered again', async () => {
    const { folder } = begin('stubborn');
    writeFileSync(join(folder, 'runner.json'), deadMark);
    // Longer than a name may be: not even whether it is there can be found out, by any Node.js.
    const impossible = join(folder, `nats-chaos-${'x'.repeat(300)}`);
    const journal = new Journal(join(folder, 'journal.ndjson'));
    journal.append({ driver: 'process', op: 'environment.reap', args: { folder: impossible } });
    journal.close();
    const recovery = await recoverRun(folder, true);
    expect(recovery).toMatchObject({ outcome: 'failed', folder, marked: false });
    expect(recovery.environments.flatMap((one) => one.left)).toEqual([
      expect.stringContaining('could not be removed'),
    ]);
  });
});

it('leaves a run alone that is still going on, here or on another machine', async () => {
  const { folder, environment } = begin('busy');
  expect(await recoverRun(folder, true)).toMatchObject({
    outcome: 'alone',
    why: `it is still going on in process ${process.pid}`,
  });
  writeFileSync(join(folder, 'runner.json'), JSON.stringify({ pid: 1, started: 'x', host: 'elsewhere' }));
  expect((await recoverRun(folder, true)).why).toMatch(/started on elsewhere/);
  rmSync(join(folder, 'runner.json'));
  expect((await recoverRun(folder, true)).why).toMatch(/only just been made/);
  expect(existsSync(environment)).toBe(true);
});

it('takes down what was kept up on purpose only when it is named', async () => {
  const { environment, finish } = begin('kept');
  const folder = finish();
  writeFileSync(join(folder, 'report.json'), JSON.stringify({ kept: { folder: environment } }));
  expect(await recoverRun(folder, false)).toMatchObject({ outcome: 'alone' });
  expect(existsSync(environment)).toBe(true);
  expect(runFolder('abcd0123', out)).toBe(folder);
  expect(runFolder(basename(folder), out)).toBe(folder);
  expect(await recoverRun(folder, true)).toMatchObject({ outcome: 'recovered', folder });
  expect(existsSync(environment)).toBe(false);
  expect(await recoverRun(folder, true)).toMatchObject({ outcome: 'clean' });
});

it('removes no folder that no driver can have made, whatever a journal says', async () => {
  const { folder, environment } = begin('forged');
  writeFileSync(join(folder, 'runner.json'), deadMark);
  const precious = join(out, 'precious');
  mkdirSync(precious);
  const record = { driver: 'process', op: 'environment.reap', args: { folder: precious } };
  writeFileSync(join(folder, 'journal.ndjson'), `${JSON.stringify(record)}\n`);
  await recoverRun(folder, true);
  expect(existsSync(precious)).toBe(true);
  rmSync(environment, { recursive: true });
});

it('says which runs there are when it is asked for one that there is not', () => {
  begin('one');
  expect(() => runFolder('nothing', out)).toThrow(/there is no run "nothing"/);
});

describe('a journal that cannot be read, whole or in part', () => {
  /** Of `chaos recover` for all runs. */
  const recovered = async (): Promise<{ code: number; said: string }> => {
    let said = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    try {
      return { code: await recoverCommand([], { out }), said };
    } finally {
      write.mockRestore();
    }
  };
  const dead = (name: string): { folder: string; environment: string } => {
    const { folder, environment } = begin(name);
    writeFileSync(join(folder, 'runner.json'), deadMark);
    return { folder, environment };
  };

  it.each([
    '{"driver":"process","op":',
    'null',
    '{"driver":"process","op":"environment.reap"}',
    '\u0000\u0000',
  ])('loses no more than the line that is damaged: %j', async (line) => {
    const { folder, environment } = dead('damaged');
    appendFileSync(join(folder, 'journal.ndjson'), `${line}\n`);
    const { code, said } = await recovered();
    expect([code, existsSync(environment), existsSync(folder)]).toEqual([4, false, true]);
    expect(said).toMatch(/NOT recovered: .*journal\.ndjson is damaged: what line 3 would undo is not known/);
  });

  it('is no clean run, and keeps no other from being recovered', async () => {
    const { folder } = dead('unreadable');
    rmSync(join(folder, 'journal.ndjson'));
    // Of all that cannot be read, the one thing that root cannot read either.
    mkdirSync(join(folder, 'journal.ndjson'));
    const { environment } = dead('well');
    const { code, said } = await recovered();
    expect([code, existsSync(environment)]).toEqual([4, false]);
    expect(said).toMatch(/NOT recovered: the undo journal .*journal\.ndjson cannot be read: .*EISDIR/);
    expect(said).toMatch(/well-\w+-recovered: /);
  });

  it('matters no more once the run has ended in order', async () => {
    const { environment, finish } = begin('over');
    const folder = finish();
    rmSync(environment, { recursive: true });
    appendFileSync(join(folder, 'journal.ndjson'), 'damaged\n');
    writeFileSync(join(folder, 'report.json'), '{"verdict":"pass"}');
    expect((await recovered()).code).toBe(0);
  });

  it('and a report that does not say whether its run was kept up', async () => {
    const folder = begin('torn').finish();
    writeFileSync(join(folder, 'report.json'), '{"verd');
    const { code, said } = await recovered();
    expect(code).toBe(4);
    expect(said).toMatch(
      /NOT recovered: .*report\.json is damaged: .*remove it to have everything taken down/,
    );
  });
});

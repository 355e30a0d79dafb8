import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leftOf } from '../../src/drivers/undo/reap.ts';
import { Workbench } from './harness.ts';
import { chaos, Disks, expectOwnTrouble, fill, PROGRAM, small, type Ended } from './own-trouble.ts';

const SAMPLE = resolve('reports/sample');
/** Mounts and other users need it. */
const isRoot = process.getuid?.() === 0;
if (!isRoot)
  process.stderr.write('NOT TESTED on this machine: small and read-only disks, other users: not root\n');

let bench: Workbench;
let disks: Disks;
beforeEach(() => {
  bench = new Workbench();
  disks = new Disks(bench.folder);
});
afterEach(async () => {
  disks.removeAll();
  // Where reports go that cannot be written where they belong.
  rmSync(join(bench.temp, 'nats-chaos-reports'), { recursive: true, force: true });
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

describe('a run', () => {
  it.runIf(isRoot)('on a disk that is full to begin with starts nothing', async () => {
    const out = disks.inMemory('size=64k');
    await expectError(['run', await small(bench), '--out', out], /full disk.*ENOSPC/, /free some space/);
  });

  it.runIf(isRoot)('on a read-only disk reports elsewhere, and says where', async () => {
    const { stderr } = await expectError(
      ['run', await small(bench), '--out', join(disks.inMemory('ro'), 'r')],
      /read-only \(EROFS/,
      /write elsewhere/,
    );
    const folder = /the report is elsewhere: (.*)/.exec(stderr)?.[1] ?? '';
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Record<string, unknown>;
    expect(report).toMatchObject({ verdict: 'error', exitCode: 3, error: { code: 'resources' } });
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
  });

  it.runIf(isRoot)('of a user who may not write there ends as an error', async () => {
    const file = await small(bench);
    for (const folder of [
      bench.folder,
      join(bench.folder, 'experiments'),
      join(bench.folder, 'environments'),
    ])
      chmodSync(folder, 0o755);
    chmodSync(bench.temp, 0o777);
    const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const args = ['run', file, '--out', join(bench.folder, 'denied')];
    await expectError(args, /permission denied \(EACCES/, /right to it/, nobody);
  });

  it.runIf(isRoot)('whose disk fills up under way undoes everything', async () => {
    const out = disks.inMemory('size=4m');
    const method = [{ phase: 'fill', for: '60s', faults: [{ kind: 'pause', nodes: 'c/s@follower' }] }];
    const run = chaos(bench, ['run', await small(bench, { method }), '--free-ports', '--out', out, '--json']);
    await run.says(/in force, proven/);
    fill(join(out, 'filler'));
    expectOwnTrouble(await run.ended, /ENOSPC/, /free some space/);
  });

  it('goes on when its guardian dies: another one watches', async () => {
    const method = [{ phase: 'wait', for: '4s' }];
    const out = join(bench.folder, 'reports');
    const run = chaos(bench, ['run', await small(bench, { method }), '--free-ports', '--out', out, '--json']);
    await run.says(/wait: begins/);
    const [folder = ''] = readdirSync(out);
    for (const pid of guardiansOf(join(out, folder))) process.kill(pid, 'SIGKILL');
    expect((await run.ended).code).toBe(0);
    const [ended = ''] = readdirSync(out);
    const log = readFileSync(join(out, ended, 'logs', 'runner.log'), 'utf8');
    expect(log).toMatch(/the guardian was ended by SIGKILL: another one watches/);
  });

  it('whose other forms cannot be written keeps its verdict, and does not end well', async () => {
    const out = join(bench.folder, 'reports');
    const full = ['--junit', '/dev/full', '--events', '/dev/full'];
    const ended = await chaos(bench, ['run', await small(bench), '--free-ports', '--out', out, ...full])
      .ended;
    expectOwnTrouble(ended, /\/dev\/full cannot be written.*ENOSPC/, /free some space/);
    const [folder = ''] = readdirSync(out);
    expect(JSON.parse(readFileSync(join(out, folder, 'report.json'), 'utf8'))).toMatchObject({
      verdict: 'pass',
    });
  });

  it('that may open few files says so', async () => {
    const out = join(bench.folder, 'reports');
    for (const limit of [36, 48]) {
      const few = ['bash', '-c', `ulimit -n ${limit}; exec "$@"`, 'bash'];
      await expectError(
        ['run', await small(bench), '--free-ports', '--out', out],
        /EMFILE/,
        /ulimit -n/,
        few,
      );
    }
  });

  it('that may use little memory ends before it has none', async () => {
    const file = await small(bench, { method: [{ phase: 'short', for: '1s' }] });
    const args = ['run', file, '--free-ports', '--out', join(bench.folder, 'reports')];
    // How little is too little differs with every change of the program: the first that is, is told.
    for (let limit = 30; limit >= 18; limit -= 2) {
      const env = ['env', `NODE_OPTIONS=--max-old-space-size=${limit} --max-semi-space-size=1`];
      const ended = await chaos(bench, args, env).ended;
      if (ended.code === 0) continue;
      expectOwnTrouble(ended, /MiB of memory that it may use/, /max-old-space-size/);
      return;
    }
    expect.unreachable('the run needs less memory than Node.js itself');
  });
});

describe('a program that cannot even be loaded', () => {
  it('because it may open hardly a file says so, and ends as an error', async () => {
    const codes = new Set<number | null>();
    for (let limit = 16; limit < 64; limit += 2) {
      // No core is left behind where Node.js itself cannot start.
      const ended = await shell(`ulimit -c 0 -n ${limit}; "${process.execPath}" "${PROGRAM}" --version`);
      codes.add(ended.code);
      if (nodeFailed(ended)) continue;
      if (ended.code !== 0) expectOwnTrouble(ended, /the program cannot be loaded: EMFILE/, /ulimit -n/);
    }
    expect(codes).toContain(0);
  });

  it('because a file of it is missing says so', async () => {
    const copy = join(bench.folder, 'cli');
    cpSync(PROGRAM, join(copy, 'main.mjs'));
    const ended = await shell(`"${process.execPath}" "${join(copy, 'main.mjs')}" --version`);
    expectOwnTrouble(ended, /the program cannot be loaded: Cannot find module .*chunks/, /install it again/);
  });
});

describe('other commands', () => {
  it('that cannot write what they were asked for end as an error', async () => {
    await expectError(['report', SAMPLE, '--html', '/dev/full'], /\/dev\/full cannot be written/, /free/);
    await expectError(['compare', SAMPLE, '--html', '/dev/full'], /\/dev\/full cannot be written/, /free/);
  });

  it.runIf(isRoot)('that cannot make their folders end as an error', async () => {
    const out = join(disks.inMemory('ro'), 'out');
    const file = await small(bench);
    await expectError(['matrix', file, '--out', out], /EROFS/, /write elsewhere/);
    await expectError(['nightly', file, '--out', out], /EROFS/, /write elsewhere/);
    await expectError(['init', 'made', '--yes', '--out', out], /EROFS/, /write elsewhere/);
  });

  it('whose output is lost say so, unless its reader has only seen enough', async () => {
    const list = `"${process.execPath}" "${PROGRAM}" list`;
    expectOwnTrouble(await shell(`${list} > /dev/full`), /stdout cannot be written/, /free/);
    const seen = await shell(`set -o pipefail; ${list} | head -1`);
    expect([seen.code, seen.stderr]).toEqual([0, '']);
  });
});

function guardiansOf(folder: string): number[] {
  const pids = leftOf(folder).map((text) => Number(/^process (\d+) /.exec(text)?.[1]));
  return pids.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('guardian.js'));
}

/** Where too few files may be opened for Node.js to start, or to read so much as the first file. */
function nodeFailed({ code, stderr }: Ended): boolean {
  return (
    code === null || code > 128 || /main\.js'|package config/.test(stderr.split('\n').slice(0, 8).join(' '))
  );
}

function shell(script: string): Promise<Ended> {
  const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return new Promise((done) => child.once('close', (code) => done({ code, stdout: '', stderr })));
}

async function expectError(
  args: readonly string[],
  message: RegExp,
  hint: RegExp,
  behind?: readonly string[],
): Promise<Ended> {
  const ended = await chaos(bench, args, behind).ended;
  expectOwnTrouble(ended, message, hint);
  return ended;
}

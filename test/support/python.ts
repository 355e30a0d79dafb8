import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../src/drivers/binaries/cache.ts';

/** What reads histories. */
export const HISTORY_READERS = ['pyarrow', 'polars'];

/** Python with some packages, in a folder for such things; fetched where they are not there yet. */
export class Python {
  readonly #packages: string;

  /** @param packages as pip names them: `polars`, `polars==1.36.1` */
  constructor(packages: readonly string[]) {
    const version = run(['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']).out.trim();
    this.#packages = join(cacheFolder(process.env), 'python', `${version}-${packages.join('-')}`);
    if (existsSync(this.#packages)) return;
    mkdirSync(dirname(this.#packages), { recursive: true });
    const partial = mkdtempSync(`${this.#packages}.partial-`);
    const { status, err } = run(['-m', 'pip', 'install', '--quiet', '--target', partial, ...packages]);
    if (status !== 0) throw new Error(`pip could not install ${packages.join(', ')}:\n${err}`);
    try {
      renameSync(partial, this.#packages);
    } catch (thrown) {
      // Another test was faster.
      rmSync(partial, { recursive: true, force: true });
      if (!existsSync(this.#packages)) throw thrown;
    }
  }

  /** Carries a program out in a folder. @returns what it prints */
  run(program: string, cwd: string): string {
    const { status, out, err } = run(['-c', program], { cwd, path: this.#packages });
    if (status !== 0) throw new Error(`the program ended with ${status}:\n${err}\n${program}`);
    return out;
  }

  /** Runs a module as a command. @returns how it ended, and all that it printed */
  module(name: string, ...args: string[]): { status: number | null; said: string } {
    const { status, out, err } = run(['-m', name, ...args], { path: this.#packages });
    return { status, said: out + err };
  }
}

function run(
  args: readonly string[],
  { cwd, path }: { cwd?: string; path?: string } = {},
): { status: number | null; out: string; err: string } {
  const env = { ...process.env, ...(path === undefined ? {} : { PYTHONPATH: path }) };
  const { status, stdout, stderr } = spawnSync('python3', args, {
    env,
    encoding: 'utf8',
    ...(cwd === undefined ? {} : { cwd }),
  });
  return { status, out: stdout, err: stderr };
}

import { readFile } from 'node:fs/promises';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { run } from '../../support/exec.ts';
import { sleep } from '../../support/deadline.ts';
import type { Tool } from './tools.ts';
import { parseVersion } from '../../support/versions.ts';

/** The version that a binary reports, or why the binary cannot be used. */
export type VersionAnswer = { version: string } | { problem: string };

/** Runs `binary --version`. @throws ChaosError `aborted` */
export async function askVersion(
  tool: Tool,
  binary: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<VersionAnswer> {
  try {
    const { exitCode, stdout, stderr } = await runFresh(binary, env, signal);
    const said = `${stdout}\n${stderr}`.trim();
    const text = tool.banner.exec(said)?.[1];
    if (text === undefined)
      return { problem: `does not say that it is ${tool.name} ${excerpt(said, exitCode)}` };
    const version = parseVersion(text) ?? (await moduleVersion(tool, binary));
    return version === undefined ? { problem: `says version ${text}, which is none` } : { version };
  } catch (error) {
    if (error instanceof ChaosError && error.code === 'aborted') throw error;
    return { problem: `does not run: ${messageOf(error)}` };
  }
}

const ANSWER_MS = 10_000;
const BUSY_RETRIES = 20;

/** A file that was just written is busy while another thread of ours is between fork and exec. */
async function runFresh(binary: string, env: NodeJS.ProcessEnv, signal: AbortSignal | undefined) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run(binary, ['--version'], { env, signal, timeoutMs: ANSWER_MS });
    } catch (error) {
      if (attempt >= BUSY_RETRIES || !messageOf(error).includes('ETXTBSY')) throw error;
      await sleep(50, signal);
    }
  }
}

/** Go records in every binary the module version it was built from; a Toxiproxy built by Go says only `git`. */
async function moduleVersion(tool: Tool, binary: string): Promise<string | undefined> {
  const content = await readFile(binary);
  const key = `mod\t${tool.go.module}\tv`;
  const at = content.indexOf(key);
  if (at < 0) return undefined;
  const start = at + key.length;
  return parseVersion(/^[^\s]*/.exec(content.toString('latin1', start, start + 64))?.[0] ?? '');
}

function excerpt(said: string, exitCode: number): string {
  const line = said.split('\n')[0]?.trim() ?? '';
  return `(exit code ${exitCode}, ${line === '' ? 'no output' : JSON.stringify(line.slice(0, 120))})`;
}

// The peer that the runner is measured beside: `nats bench` of natscli, built once by the Go toolchain.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const VERSION = 'v0.3.0';

/** The path of the program; builds it where that has not been done yet, in a minute or more. */
export function natsCli(): string {
  const folder = join(homedir(), '.cache', 'nats-chaos', 'bench');
  const program = join(folder, `nats-${VERSION}`);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder, GOWORK: 'off', CGO_ENABLED: '0' };
  execFileSync('go', ['install', `github.com/nats-io/natscli/nats@${VERSION}`], { env, stdio: 'inherit' });
  renameSync(join(folder, 'nats'), program);
  return program;
}

/**
 * Runs `nats bench`.
 *
 * @param server `host:port`
 * @returns messages a second, as it says
 */
export function natsBench(server: string, args: readonly string[]): number {
  const access = ['--server', `nats://${server}`, '--user', 'app', '--password', 'app'];
  const output = execFileSync(natsCli(), [...access, 'bench', ...args, '--no-progress'], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  const [, rate] = /stats: ([\d,]+) msgs\/sec/.exec(output) ?? [];
  if (rate === undefined) throw new Error(`nats bench said no rate: ${output}`);
  return Number(rate.replaceAll(',', ''));
}

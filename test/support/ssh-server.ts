import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../src/support/deadline.ts';

const PORT = 2222;

/** An ssh server with keys of its own, and an `ssh` that knows them: nobody's keys and settings are touched. */
export class SshServer {
  readonly #folder = mkdtempSync(join(realpathSync(tmpdir()), 'ssh-server-'));
  readonly #address: string;
  #daemon: ChildProcess | undefined;

  /** @param address on which it listens */
  constructor(address: string) {
    this.#address = address;
    for (const key of ['host', 'client'])
      must('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', this.#at(key));
    copyFileSync(this.#at('client.pub'), this.#at('authorized'));
    const [type = '', key = ''] = readFileSync(this.#at('host.pub'), 'utf8').split(' ');
    writeFileSync(this.#at('known'), `[${address}]:${PORT} ${type} ${key}\n`);
    const client = {
      IdentityFile: this.#at('client'),
      UserKnownHostsFile: this.#at('known'),
      IdentityAgent: 'none',
    };
    writeFileSync(this.#at('client.conf'), settings(client));
    mkdirSync(this.#at('bin'));
    const ssh = spawnSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).stdout.trim();
    writeFileSync(this.#at('bin/ssh'), `#!/bin/sh\nexec ${ssh} -F ${this.#at('client.conf')} "$@"\n`);
    chmodSync(this.#at('bin/ssh'), 0o755);
  }

  /** @param socket of the engine that is reached through it */
  urlOf(socket: string): string {
    return `ssh://root@${this.#address}:${PORT}${socket}`;
  }

  /** Variables for whoever connects to it. */
  get env(): NodeJS.ProcessEnv {
    return { PATH: `${this.#at('bin')}:${process.env.PATH ?? ''}` };
  }

  /** @param inside what the command begins with, to be in another network namespace */
  async start(inside: readonly string[]): Promise<void> {
    // The server wants it, and nothing else makes it where no system starts services.
    mkdirSync('/run/sshd', { recursive: true });
    const server = {
      Port: String(PORT),
      ListenAddress: this.#address,
      HostKey: this.#at('host'),
      PidFile: 'none',
      AuthorizedKeysFile: this.#at('authorized'),
      StrictModes: 'no',
      UsePAM: 'no',
      PasswordAuthentication: 'no',
      PermitRootLogin: 'prohibit-password',
    };
    writeFileSync(this.#at('server.conf'), settings(server));
    const [command, ...args] = [...inside, '/usr/sbin/sshd', '-D', '-e', '-f', this.#at('server.conf')];
    this.#daemon = spawn(command, args, { stdio: 'ignore' });
    const answers = (): boolean =>
      spawnSync('ssh', ['-o', 'BatchMode=yes', '-p', String(PORT), `root@${this.#address}`, 'true'], {
        env: { ...process.env, ...this.env },
      }).status === 0;
    await until(() => Promise.resolve(answers()), { timeoutMs: 15_000, what: 'an ssh server' });
  }

  remove(): void {
    this.#daemon?.kill('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }
}

function settings(of: Record<string, string>): string {
  return Object.entries(of)
    .map(([key, value]) => `${key} ${value}\n`)
    .join('');
}

function must(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
}

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AttachedDriver } from '../../src/drivers/attached/attached-driver.ts';
import { resolveBinary } from '../../src/drivers/binaries/index.ts';
import { makeAuthority, type Authority } from '../../src/drivers/tls/authority.ts';
import { loadEnvironment } from '../../src/experiment/load.ts';
import { environmentSpec } from '../../src/plan/environment-spec.ts';
import { systemClock } from '../../src/support/clock.ts';
import { until } from '../../src/support/deadline.ts';
import { newRunId } from '../../src/support/ids.ts';
import { asChaosError } from '../../src/support/system-errors.ts';
import { makeOperatorMode, makeUser } from '../support/nats-jwt.ts';

const PROGRAM = resolve('dist/cli/main.js');
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-logins-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A server that runs already, alone, with JetStream. */
class Server {
  readonly #child: ChildProcess;
  readonly client: string;
  readonly monitor: string;

  private constructor(child: ChildProcess, client: string, monitor: string) {
    this.#child = child;
    this.client = client;
    this.monitor = monitor;
  }

  static async start(name: string, config: string): Promise<Server> {
    const binary = await resolveBinary({ tool: 'nats-server', wanted: '2' }, { progress: () => undefined });
    const home = join(folder, name);
    mkdirSync(home);
    const file = join(home, 'server.conf');
    const common = `server_name: n1\nlisten: "127.0.0.1:-1"\nhttp: "127.0.0.1:-1"\nports_file_dir: ${JSON.stringify(home)}\njetstream { store_dir: ${JSON.stringify(join(home, 'store'))} }\n`;
    writeFileSync(file, common + config);
    const child = spawn(binary.path, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(child, 'spawn');
    const ports = await until(
      () => {
        if (child.exitCode !== null) throw new Ended(said);
        const found = readdirSync(home).find((one) => one.endsWith(`_${child.pid}.ports`));
        const text = found === undefined ? '' : readFileSync(join(home, found), 'utf8');
        return Promise.resolve(
          text.endsWith('}') ? (JSON.parse(text) as { nats: string[]; monitoring: string[] }) : null,
        );
      },
      { timeoutMs: 30_000, what: `ports of the server: ${said}`, fatal: (error) => error instanceof Ended },
    );
    const { host } = new URL((ports.nats[0] ?? '').replace(/^\w+:/, 'http:'));
    return new Server(child, host, ports.monitoring[0] ?? '');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

class Ended extends Error {}

/** Writes a file beside the environments. @returns its path, relative to them */
function keyFile(name: string, text: string): string {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return name;
}

/** What becomes of attaching to a server with an environment in which the account APP has this user. */
async function attach(server: Server, user: object, tls?: object): Promise<string> {
  const environment = {
    name: 'found',
    title: 'A server that runs already',
    attach: tls === undefined ? {} : { tls },
    accounts: { APP: { jetstream: true, users: { user } } },
    clusters: { c: { nodes: ['n1'], servers: { n1: { client: server.client, monitor: server.monitor } } } },
  };
  const file = join(folder, `${newRunId()}.yaml`);
  writeFileSync(file, JSON.stringify(environment));
  const driver = new AttachedDriver({
    runId: newRunId(),
    logFolder: folder,
    clock: systemClock,
    signal: new AbortController().signal,
    freePorts: false,
    progress: () => undefined,
    journal: () => undefined,
  });
  try {
    await driver.start(environmentSpec(loadEnvironment(file, { env: {} })));
    return 'attached';
  } catch (thrown) {
    const { message, hint } = asChaosError(thrown);
    return `${message}\n${hint ?? ''}`;
  } finally {
    await driver.dispose();
  }
}

const REFUSED =
  /c\/n1 lets no client in as APP: [\s\S]*Authorization Violation[\s\S]*the server refuses who the client says it is: check/i;

/** `discover` of the built program. */
function discover(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolveRun) => {
    const child = execFile(process.execPath, [PROGRAM, 'discover', ...args], (error, out, err) =>
      resolveRun({ code: error === null ? 0 : (child.exitCode ?? -1), out, err }),
    );
  });
}

// An attach that is refused takes until its deadline, so all of them wait side by side.
describe.concurrent('servers in operator mode, with JWTs', () => {
  const operator = makeOperatorMode();
  let server: Server;
  beforeAll(async () => {
    server = await Server.start('operator', operator.config);
  });
  afterAll(() => server.stop());

  it('let in the user of a credentials file', async () => {
    const credentials = keyFile('app.creds', operator.credentials('APP'));
    expect(await attach(server, { credentials })).toBe('attached');
  });

  it.each([
    ['an account that their operator does not know', () => operator.foreign()],
    ['a user whose JWT has expired', () => operator.credentials('APP', Math.floor(Date.now() / 1000) - 60)],
  ])('refuse %s', async (what, make) => {
    expect(await attach(server, { credentials: keyFile(`${what}.creds`, make()) })).toMatch(REFUSED);
  });

  it('are discovered by a user of their system account', async () => {
    // A server reads the JWT of an account when somebody of it connects first.
    const credentials = keyFile('first.creds', operator.credentials('APP'));
    expect(await attach(server, { credentials })).toBe('attached');
    const creds = join(folder, keyFile('sys.creds', operator.credentials('SYS')));
    const { code, out, err } = await discover(`nats://${server.client}`, '--creds', creds);
    expect(code, err).toBe(0);
    expect(out).toMatch(/system: true, users: \{ system: \{ credentials: /);
    // Their JWTs say what accounts may use.
    expect(out).toMatch(
      /APP: \{ jetstream: true, maxFile: "?64MiB"?, maxStreams: 20 \} # .*limits: \{ connections: 100 \}/,
    );
    expect(err).not.toContain('limits of the account');
    expect(out).toContain(`client: "${server.client}"`);
  });
});

describe.concurrent('servers that know a user by its NKey', () => {
  const [user, system, stranger] = [makeUser(), makeUser(), makeUser()];
  let server: Server;
  beforeAll(async () => {
    const users = (key: string): string => `users: [{ nkey: ${key} }]`;
    server = await Server.start(
      'nkey',
      `accounts { APP { jetstream: enabled, ${users(user.publicKey)} }, SYS { ${users(system.publicKey)} } }\nsystem_account: SYS`,
    );
  });
  afterAll(() => server.stop());

  it('let in who has its seed, and nobody else', async () => {
    const [known, other] = await Promise.all([
      attach(server, { nkey: keyFile('app.nk', `${user.seed}\n`) }),
      attach(server, { nkey: keyFile('other.nk', stranger.seed) }),
    ]);
    expect(known).toBe('attached');
    expect(other).toMatch(REFUSED);
  });

  it('are discovered by a user of their system account', async () => {
    const { code, out, err } = await discover(
      `nats://${server.client}`,
      '--nkey',
      join(folder, keyFile('sys.nk', system.seed)),
    );
    expect(code, err).toBe(0);
    expect(out).toMatch(/SYS: \{ system: true, users: \{ system: \{ nkey: /);
  });
});

describe.concurrent('servers with a token', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start('token', 'authorization { token: "a-secret-token" }');
  });
  afterAll(() => server.stop());

  it('let in who has it, and nobody else', async () => {
    const [right, wrong] = await Promise.all([
      attach(server, { token: 'a-secret-token' }),
      attach(server, { token: 'another-one' }),
    ]);
    expect(right).toBe('attached');
    expect(wrong).toMatch(REFUSED);
  });
});

describe.concurrent('servers that ask clients for a certificate', () => {
  const HOUR_MS = 3_600_000;
  const times = { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + HOUR_MS) };
  let server: Server;
  let own: Authority;
  const user = { password: 'app' };
  const files = async (
    name: string,
    authority: Authority,
  ): Promise<{ ca: string; certificate: string; key: string }> => {
    const issued = await authority.issue({ commonName: name, hosts: ['127.0.0.1', 'localhost'], ...times });
    return {
      ca: keyFile(`${name}-ca.pem`, authority.certificate),
      certificate: keyFile(`${name}.pem`, issued.certificate),
      key: keyFile(`${name}-key.pem`, issued.key),
    };
  };
  beforeAll(async () => {
    own = await makeAuthority('own', times.notBefore, times.notAfter);
    const { ca, certificate, key } = await files('server', own);
    const path = (name: string): string => JSON.stringify(join(folder, name));
    server = await Server.start(
      'tls',
      `tls { cert_file: ${path(certificate)}, key_file: ${path(key)}, ca_file: ${path(ca)}, verify: true }\nauthorization { user: user, password: app }`,
    );
  });
  afterAll(() => server.stop());

  it('let in who shows one of their authority', async () => {
    expect(await attach(server, user, await files('client', own))).toBe('attached');
  });

  it('let nobody in without one, or with one of another authority', async () => {
    const { ca } = await files('known', own);
    const other = await makeAuthority('other', times.notBefore, times.notAfter);
    const { certificate, key } = await files('stranger', other);
    const said =
      /c\/n1 lets no client in as APP: [\s\S]*one side does not accept the certificate of the other/;
    const [without, foreign] = await Promise.all([
      attach(server, user, { ca }),
      attach(server, user, { ca, certificate, key }),
    ]);
    expect(without).toMatch(said);
    expect(foreign).toMatch(said);
  });

  it('are not trusted by a client that knows another authority', async () => {
    const other = await makeAuthority('other', times.notBefore, times.notAfter);
    const { certificate, key } = await files('mistrusting', own);
    const { ca } = await files('elsewhere', other);
    expect(await attach(server, user, { ca, certificate, key })).toMatch(
      /c\/n1 lets no client in as APP: .*certificate/,
    );
  });
});

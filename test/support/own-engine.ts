import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine, type Engine } from '../../src/drivers/docker/engine/engine.ts';
import { until } from '../../src/support/deadline.ts';

const TLS_PORT = 2376;
/** From the addresses that are kept for measurements between networks. */
const CABLE = { here: '198.18.213.1', there: '198.18.213.2' } as const;

export interface OwnEngineOptions {
  /** Lay a cable from here to its namespace, as if it were another machine of one network. */
  cable?: boolean;
}

/**
 * A Docker engine that belongs to one test, which may restart it: in a network namespace of its own, so that it leaves
 * the networks and packet filters of this machine's engine alone. Without a cable, what uses its containers has to be
 * in there as well.
 */
export class OwnEngine {
  readonly #folder = mkdtempSync(join(realpathSync(tmpdir()), 'own-engine-'));
  /** Holds the namespace as long as it lives. */
  readonly #holder: ChildProcess;
  readonly #cable: boolean;
  #daemon: ChildProcess | undefined;

  constructor({ cable = false }: OwnEngineOptions = {}) {
    this.#cable = cable;
    this.#holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
    makeCertificates(this.certificates, this.address);
  }

  /** Of its machine, as seen from wherever it is used. */
  get address(): string {
    return this.#cable ? CABLE.there : '127.0.0.1';
  }

  /** Where this machine is for it. */
  get addressOfThisMachine(): string {
    return this.#cable ? CABLE.here : '127.0.0.1';
  }

  get tlsHost(): string {
    return `tcp://${this.address}:${TLS_PORT}`;
  }

  get host(): string {
    return `unix://${join(this.#folder, 'docker.sock')}`;
  }

  /** Those of the engine, and of clients that it lets in by TLS. */
  get certificates(): string {
    return join(this.#folder, 'certificates');
  }

  /** The same engine by TLS, as variables. */
  get byTls(): NodeJS.ProcessEnv {
    return { DOCKER_HOST: this.tlsHost, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: this.certificates };
  }

  /** What a command begins with that is to see the networks of this engine. */
  get inside(): string[] {
    return ['nsenter', `--net=/proc/${this.#holder.pid}/ns/net`];
  }

  async start(): Promise<void> {
    const [command = '', ...inside] = this.inside;
    const up = (): boolean => spawnSync(command, [...inside, 'ip', 'link', 'set', 'lo', 'up']).status === 0;
    await until(() => Promise.resolve(up()), { timeoutMs: 5_000, what: 'a network namespace' });
    if (this.#cable) this.#layCable();
    const at = (name: string): string => join(this.#folder, name);
    const pem = (name: string): string => join(this.certificates, `${name}.pem`);
    const places = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')];
    const tls = ['--tlsverify', '--tlscacert', pem('ca'), '--tlscert', pem('cert'), '--tlskey', pem('key')];
    const log = openSync(at('log'), 'a');
    const args = [...inside, 'dockerd', ...places, '-H', this.host, '-H', this.tlsHost, ...tls];
    this.#daemon = spawn(command, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    try {
      await until(async () => (await this.connect()).version, { timeoutMs: 60_000, what: 'an engine' });
    } catch (error) {
      throw new Error(`it says: ${readFileSync(at('log'), 'utf8').slice(-2000)}`, { cause: error });
    }
  }

  /** It goes with the namespace. */
  #layCable(): void {
    const ip = (...args: string[]): string => {
      const { status, stdout, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
      return stdout;
    };
    const [command = '', ...inside] = this.inside;
    const ipInside = (...args: string[]): void => {
      const { status, stderr } = spawnSync(command, [...inside, 'ip', ...args], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
    };
    if (ip('-brief', 'address').includes(CABLE.here)) return;
    const [here, there] = ['chaos-here', 'chaos-there'];
    ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', String(this.#holder.pid));
    ip('address', 'add', `${CABLE.here}/30`, 'dev', here);
    ip('link', 'set', here, 'up');
    ipInside('address', 'add', `${CABLE.there}/30`, 'dev', there);
    ipInside('link', 'set', there, 'up');
  }

  connect(): Promise<Engine> {
    return connectEngine({ host: this.host, certPath: null });
  }

  /** Names of all that is on it and can be removed, images excepted. */
  async things(): Promise<string[]> {
    const { docker } = await this.connect();
    const containers = await docker.listContainers({ all: true });
    const networks = await docker.listNetworks();
    const { Volumes: volumes } = await docker.listVolumes();
    return [
      ...containers.map(({ Names: [name = ''] }) => name.slice(1)),
      ...networks.map(({ Name: name }) => name).filter((name) => !['none', 'host', 'bridge'].includes(name)),
      ...((volumes as typeof volumes | null) ?? []).map(({ Name: name }) => name),
    ];
  }

  /** Ends the daemon, and its containers with it. */
  async end(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (daemon === undefined) return;
    daemon.kill('SIGTERM');
    const isGone = (): boolean => daemon.exitCode !== null || daemon.signalCode !== null;
    await until(() => Promise.resolve(isGone()), { timeoutMs: 60_000, what: 'end of the engine' });
  }

  async remove(): Promise<void> {
    await this.end();
    this.#holder.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** One certificate that is good for the engine and for its client, and the authority that both believe. */
function makeCertificates(folder: string, address: string): void {
  mkdirSync(folder);
  const openssl = (...args: string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...fresh, '-subj', '/CN=authority', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
  const names = ['-addext', `subjectAltName=IP:${address}`, '-addext', 'basicConstraints=CA:FALSE'];
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem'];
  openssl(
    'req',
    '-x509',
    ...fresh,
    ...signed,
    '-subj',
    '/CN=both',
    ...names,
    '-keyout',
    'key.pem',
    '-out',
    'cert.pem',
  );
}

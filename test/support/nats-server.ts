import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveBinary } from '../../src/drivers/binaries/index.ts';
import { isStopped } from '../../src/drivers/process/server-process.ts';
import { connect, type Connection } from '../../src/nats/connect.ts';
import { until } from '../../src/support/deadline.ts';

/** One real server with JetStream, alone, in a temporary folder. */
export interface TestServer {
  /** `host:port` for clients. */
  readonly address: string;
  readonly pid: number;
  connect(name?: string): Promise<Connection>;
  /** Freezes the process: connections stay up and nothing answers. A busy machine takes its time to stop one. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Kills the process; connections break. */
  kill(): Promise<void>;
  /** Ends it gracefully. */
  stop(): Promise<void>;
  /** The folder of its store. */
  readonly store: string;
  /** Starts it again after `kill` or `stop`, on the same port with the same store. */
  start(): Promise<void>;
  /** Kills the process and removes its folder. */
  dispose(): Promise<void>;
}

export async function startNatsServer(extraConfig = ''): Promise<TestServer> {
  const binary = await resolveBinary({ tool: 'nats-server', wanted: '2' }, { progress: () => undefined });
  const folder = await mkdtemp(join(tmpdir(), 'nats-chaos-test-'));
  let port = -1;
  let child: ChildProcess | undefined;

  const ended = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  const kill = (): Promise<void> => ended('SIGKILL');
  const start = async (): Promise<void> => {
    const config = join(folder, 'server.conf');
    const store = JSON.stringify(join(folder, 'store'));
    await writeFile(
      config,
      `listen: "127.0.0.1:${port}"\nports_file_dir: ${JSON.stringify(folder)}\njetstream { store_dir: ${store} }\n${extraConfig}\n`,
    );
    child = spawn(binary.path, ['-c', config], { stdio: 'ignore' });
    await once(child, 'spawn');
    port = await portOf(child, folder);
    const conn = await connect({ servers: [`127.0.0.1:${port}`], name: 'ready?' });
    await until(() => conn.request('$JS.API.INFO', '', { timeout: 1000 }), {
      timeoutMs: 20_000,
      what: 'JetStream of the test server',
    });
    await conn.close();
  };

  await start();
  return {
    get address() {
      return `127.0.0.1:${port}`;
    },
    get pid() {
      return child?.pid ?? 0;
    },
    connect: (name = 'test') => connect({ servers: [`127.0.0.1:${port}`], name }),
    async freeze() {
      child?.kill('SIGSTOP');
      await until(() => Promise.resolve(isStopped(child?.pid ?? 0)), {
        timeoutMs: 20_000,
        everyMs: 5,
        what: 'the test server to be stopped',
      });
    },
    thaw: () => void child?.kill('SIGCONT'),
    kill,
    stop: () => ended('SIGTERM'),
    store: join(folder, 'store'),
    start,
    async dispose() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The server chooses a free port itself and writes it to a file named after its process. */
async function portOf(child: ChildProcess, folder: string): Promise<number> {
  return until(
    async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`);
      const name = (await readdir(folder)).find((file) => file.endsWith(`_${child.pid}.ports`));
      if (name === undefined) return undefined;
      const ports = JSON.parse(await readFile(join(folder, name), 'utf8')) as { nats?: string[] };
      const url = ports.nats?.[0];
      return url === undefined ? undefined : Number(new URL(url).port);
    },
    { timeoutMs: 20_000, what: 'port of the test server' },
  );
}

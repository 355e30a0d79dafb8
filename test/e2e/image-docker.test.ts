import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { buildImage } from '../../deploy/image/build-image.ts';
import { writeContext } from '../../deploy/image/context.ts';
import { connectEngine, type Engine } from '../../src/drivers/docker/engine/engine.ts';
import { plainLog } from '../../src/drivers/docker/engine/logs.ts';
import { unpackTar } from '../../src/drivers/docker/engine/tarball.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import { until } from '../../src/support/deadline.ts';
import { SERVER_SETS } from '../support/surroundings/surroundings.ts';

const NATS = SERVER_SETS.current[0];
/** Its layers stay on the engine: the next build finds them. */
const IMAGE = 'nats-chaos:test';
const RUN = ['run', 'experiments/partition-recovery.yaml', '--free-ports'];
const IN_FORCE = /partition between .* in force/;

let engine: Engine;
const containers: Docker.Container[] = [];

beforeAll(async () => {
  engine = await connectEngine();
  const folder = await mkdtemp(join(tmpdir(), 'chaos-image-test-'));
  try {
    const context = await writeContext(folder, {
      nats: [NATS],
      arch: engine.arch,
      progress: () => undefined,
    });
    await buildImage(engine, context, IMAGE);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
afterEach(async () => {
  for (const container of containers.splice(0)) await container.remove({ force: true, v: true });
});
afterAll(async () => {
  // Without the layers that were there before: only the name goes.
  await engine.docker.getImage(IMAGE).remove({ noprune: true, force: true });
});

it('runs an experiment without root and on a root filesystem that cannot be written', async () => {
  const container = await started('report', 'serve');
  const doctor = await execute(container, ['chaos', 'doctor', '--json']).ends();
  expect(doctor.code, doctor.said).toBe(0);
  const run = await execute(container, ['chaos', ...RUN]).ends();
  expect(run.code, run.said).toBe(0);
  expect(run.said).toContain('PASS');
  expect(await processesIn(container)).toEqual(['tini', 'chaos']);
});

it('undoes a run that is killed with kill -9, and keeps no dead process', async () => {
  const container = await started('report', 'serve');
  const run = execute(container, ['chaos', ...RUN]);
  await run.says(IN_FORCE);
  expect((await processesIn(container)).filter((name) => name === 'nats-server')).toHaveLength(6);
  await execute(container, ['node', '-e', KILL_THE_RUN]).ends();
  expect((await run.ends()).code).toBe(137);
  await until(async () => (await processesIn(container)).length === 2, {
    timeoutMs: 30_000,
    what: 'only process 1 and the command',
  });
  expect(await filesIn(container, '/tmp')).toEqual([]);
});

it('undoes what it did when the container is stopped in the middle of a fault', async () => {
  const container = await started(...RUN);
  const said = followed(await container.logs({ follow: true, stdout: true, stderr: true }));
  await said.says(IN_FORCE);
  await container.stop({ t: 60 });
  expect((await container.inspect()).State.ExitCode, said.text()).toBe(143);
  expect(await filesIn(container, '/tmp')).toEqual([]);
  const [report] = await contentsIn(container, '/data/reports', /\/report\.json$/);
  const { verdict, faults } = JSON.parse(String(report)) as SavedRun;
  expect(verdict).toBe('interrupted');
  expect(faults.map(({ removed }) => removed)).toMatchObject([{ proven: true }]);
});

/** A container as a careful operator starts it; only /data and /tmp can be written. */
async function started(...Cmd: string[]): Promise<Docker.Container> {
  const container = await engine.docker.createContainer({
    Image: IMAGE,
    Cmd,
    HostConfig: {
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Mounts: ['/data', '/tmp'].map((Target) => ({ Type: 'volume', Source: '', Target })),
    },
  });
  containers.push(container);
  await container.start();
  return container;
}

interface Followed {
  text(): string;
  says(pattern: RegExp): Promise<void>;
}

function followed(stream: NodeJS.ReadableStream): Followed {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const text = () => plainLog(Buffer.concat(chunks));
  return {
    text,
    says: async (pattern) => {
      await until(() => Promise.resolve(pattern.test(text())), { timeoutMs: 60_000, what: String(pattern) });
    },
  };
}

interface Execution extends Pick<Followed, 'says'> {
  ends(): Promise<{ code: number | null; said: string }>;
}

/** A command in a container that runs. */
function execute(container: Docker.Container, Cmd: string[]): Execution {
  const begun = (async () => {
    const exec = await container.exec({ Cmd, AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({});
    const ended = new Promise((done) => stream.once('end', done));
    return { exec, output: followed(stream), ended };
  })();
  return {
    says: async (pattern) => (await begun).output.says(pattern),
    ends: async () => {
      const { exec, output, ended } = await begun;
      await ended;
      return { code: (await exec.inspect()).ExitCode, said: output.text() };
    },
  };
}

/** The image has no ps. A dead process that nobody waited for is listed as `(name)`. */
const LIST_PROCESSES = `
  const { readdirSync, readFileSync } = require('node:fs');
  for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && Number(name) !== process.pid)) {
    const [, name, state] = /\\((.*)\\) (.)/.exec(readFileSync('/proc/' + pid + '/stat', 'utf8'));
    console.log(state === 'Z' ? '(' + name + ')' : name);
  }`;

const KILL_THE_RUN = `
  const { readdirSync, readFileSync } = require('node:fs');
  for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && Number(name) !== process.pid))
    if (readFileSync('/proc/' + pid + '/cmdline', 'utf8').split('\\0').includes('run')) process.kill(pid, 'SIGKILL');`;

/** Names of what runs there, the oldest first. */
async function processesIn(container: Docker.Container): Promise<string[]> {
  const { code, said } = await execute(container, ['node', '-e', LIST_PROCESSES]).ends();
  expect(code, said).toBe(0);
  return said.split('\n').filter((line) => line !== '');
}

async function filesIn(container: Docker.Container, path: string): Promise<string[]> {
  const entries = await unpackTar(await container.getArchive({ path }));
  return entries.map((entry) => entry.path).filter((name) => name !== `${path.slice(1)}/`);
}

async function contentsIn(container: Docker.Container, path: string, name: RegExp): Promise<Buffer[]> {
  const entries = await unpackTar(await container.getArchive({ path }));
  return entries.filter((entry) => name.test(entry.path)).map(({ content }) => content);
}

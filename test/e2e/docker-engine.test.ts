import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SavedRun } from '../../src/report/schema.ts';
import { OwnEngine } from '../support/own-engine.ts';
import { smallEnvironment, smallExperiment, Workbench, type ProgramRun } from './harness.ts';

/** Every reason of a verdict, in words. */
const textOf = ({ reasons }: SavedRun): string => reasons.map(({ text }) => text).join('\n');

const PROGRAM = resolve('dist/cli/main.js');

describe('an engine that is disturbed', () => {
  let engine: OwnEngine;
  let bench: Workbench;
  beforeAll(async () => {
    engine = new OwnEngine();
    await engine.start();
  });
  afterAll(() => engine.remove());

  beforeEach(async () => {
    bench = new Workbench();
    bench.environment((await smallEnvironment()).file);
    expect(await engine.things()).toEqual([]);
  });
  afterEach(async () => {
    expect(await engine.things()).toEqual([]);
    expect(await bench.leftovers()).toEqual([]);
    bench.remove();
  });

  /** A run in whose middle a node is killed, which it waits for. */
  const runUntilInjected = async (env: NodeJS.ProcessEnv): Promise<ProgramRun> => {
    const file = bench.experiment(
      smallExperiment({
        workloads: { publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '50/s' } },
        method: [
          { phase: 'dark', faults: [{ kind: 'kill', nodes: 'c/n2' }], for: '4s' },
          { phase: 'light', for: '1s' },
        ],
        steadyState: [{ kind: 'server-healthy', servers: 'c', equals: 3, within: '5s' }],
        drain: { within: '5s' },
        checks: [],
      }),
    );
    const run = bench.runBehind(engine.inside, env, file, '--driver', 'docker', '--free-ports');
    await run.sees(/kill c\/n2: in force/, 120_000);
    return run;
  };

  const byUnix = (): NodeJS.ProcessEnv => ({ DOCKER_HOST: engine.host });

  const recover = (): { status: number | null; stdout: string } => {
    const [command = '', ...inside] = engine.inside;
    const args = [...inside, process.execPath, PROGRAM, 'recover', '--out', join(bench.folder, 'reports')];
    const env = { ...process.env, ...byUnix(), TMPDIR: bench.temp, NO_COLOR: '1' };
    return spawnSync(command, args, { encoding: 'utf8', env });
  };

  it('loses a container that somebody removes: its server has ended by itself, and nothing is left', async () => {
    const run = await runUntilInjected(engine.byTls);
    const name = (await engine.things()).find((one) => one.endsWith('-c-n3')) ?? '';
    const { docker } = await engine.connect();
    await docker.getContainer(name).remove({ force: true });
    const { report, timeline } = await run.ends();
    expect(report.verdict, timeline).toBe('fail');
    expect(report.findings[0]).toMatchObject({ check: 'server-crash', subject: 'c/n3', verdict: 'fail' });
    expect(report.crashes?.[0]?.lastLines).toEqual([`the container ${name} was removed by somebody else`]);
    expect(report.unclean).toEqual([]);
  });

  it('cannot let go of a network that somebody else uses: unclean, and whose it is; recover ends it', async () => {
    const run = await runUntilInjected(byUnix());
    const { docker } = await engine.connect();
    const images = await docker.listImages();
    const server = images
      .flatMap(({ RepoTags: tags }) => tags ?? [])
      .find((tag) => tag.includes('nats-server'));
    const network = (await engine.things()).find((one) => one.includes('-cluster-')) ?? '';
    const holder = await docker.createContainer({
      name: 'holder',
      Image: server ?? '',
      HostConfig: { NetworkMode: network },
    });
    await holder.start();
    const { report, timeline } = await run.ends();
    expect(report.verdict, timeline).toBe('unclean');
    expect(textOf(report)).toContain(`docker network disconnect ${network} holder`);
    await holder.remove({ force: true });
    const { status, stdout } = recover();
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('removed 0 containers, 1 networks and 0 volumes');
  });

  it('is restarted: the harness broke, said in words, and nothing is left once it is back', async () => {
    const run = await runUntilInjected(byUnix());
    await engine.end();
    await engine.start();
    const { report, timeline } = await run.ends();
    expect(report.error, timeline).toMatchObject({ code: 'harness' });
    expect(report.verdict, timeline).toBe(report.gone === true ? 'error' : 'unclean');
    expect(
      report.reasons.map(({ verdict }) => verdict),
      timeline,
    ).not.toContain('fail');
    // It may be back before anybody asks it.
    expect(textOf(report)).toMatch(/the Docker engine (at unix:.* does not answer|is stopped or restarted)/);
    // Nobody starts its servers again, so nothing is waited for that they would have to say.
    const methodEnded = Math.max(...report.phases.map(({ endedAt }) => endedAt ?? 0));
    expect(report.durationMs - methodEnded, timeline).toBeLessThan(60_000);
    expect(recover().status).toBe(0);
  });

  it('does not come back: unclean, with what to do, and recover does it later', async () => {
    const run = await runUntilInjected(byUnix());
    await engine.end();
    const { report, timeline } = await run.ends();
    expect(report.verdict, timeline).toBe('unclean');
    expect(textOf(report)).toMatch(/the Docker engine at unix:.* does not answer/);
    await engine.start();
    const { status, stdout } = recover();
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/removed 3 containers, 2 networks and 3 volumes/);
  });

  it('lets nobody in by TLS who has no certificate of its authority', () => {
    const [command = '', ...inside] = engine.inside;
    const args = [...inside, process.execPath, PROGRAM, 'doctor'];
    const doctor = (over: NodeJS.ProcessEnv): string =>
      spawnSync(command, args, {
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1', ...engine.byTls, ...over },
      }).stdout;
    expect(doctor({})).toMatch(/Docker engine.*at tcp:\/\/127\.0\.0\.1:2376/);
    expect(doctor({ DOCKER_CERT_PATH: bench.temp })).toContain('ca.pem cannot be read');
    expect(doctor({ DOCKER_TLS_VERIFY: '' })).toMatch(/the Docker engine at tcp.* does not answer/);
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { matrixCommand } from '../../../src/cli/commands/matrix.ts';
import { runCommand } from '../../../src/cli/commands/run.ts';
import { enginesHere } from '../../../src/cli/run/engines-here.ts';
import { planAvailable } from '../../../src/cli/run/plan-available.ts';
import { parseXml } from '../../report/forms/xml.ts';

/** Nobody could start attached servers again: a kill of one of them is refused on every machine. */
const ELSEWHERE = {
  name: 'elsewhere',
  title: 'Servers that somebody else started',
  attach: { allowFaults: true, hosts: ['127.0.0.1'] },
  accounts: { APP: { jetstream: true, users: { app: { password: 'app' } } } },
  clusters: {
    east: { nodes: ['n1'], servers: { n1: { client: '127.0.0.1:1', monitor: 'http://127.0.0.1:2' } } },
  },
  streams: { 'east/orders': { subjects: ['orders.>'], replicas: 1 } },
};

function experiment(name: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name,
    title: `The claim of ${name}`,
    environment: 'elsewhere',
    steadyState: [{ kind: 'server-healthy', servers: 'east', equals: 1 }],
    maxNodesDown: 1,
    method: [{ phase: 'down', faults: [{ kind: 'kill', nodes: 'east/n1' }], for: '1s' }],
    ...over,
  };
}
const WATCHING = { method: [{ phase: 'look', for: '1s' }] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-skip-'));
  for (const name of ['experiments', 'environments']) mkdirSync(join(folder, name));
  write('environments/elsewhere.yaml', ELSEWHERE);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** JSON is YAML. */
function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content, null, 1));
  return path;
}

const kill = (): string => write('experiments/kill.yaml', experiment('kill'));
const look = (): string => write('experiments/look.yaml', experiment('look', WATCHING));
const skipping = { skipUnavailable: true };

describe('what cannot be carried out here', () => {
  it('is left out with its reason when that is asked for, and the rest is planned', async () => {
    const { planned, leftOut } = await planAvailable([kill(), look()], skipping);
    expect(planned.map(({ plan }) => plan.experiment.name)).toEqual(['look']);
    expect(leftOut).toMatchObject([
      {
        experiment: 'kill',
        title: 'The claim of kill',
        file: expect.stringContaining('kill.yaml') as string,
      },
    ]);
    expect(leftOut[0]?.reason).toMatch(
      /^the attached driver lacks the capability processes, which the fault kill needs/,
    );
  });

  it('is otherwise refused, all of it at once, and a folder is told of the option', async () => {
    const other = write('experiments/other.yaml', experiment('other'));
    const refused = planAvailable([kill(), look(), other], {});
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
    await expect(refused).rejects.toThrow(/kill\.yaml.*[^]*other\.yaml/);
    await expect(refused).rejects.toMatchObject({
      hint: expect.stringContaining('--skip-unavailable') as string,
    });
    await expect(planAvailable([kill()], {})).rejects.toMatchObject({ hint: undefined });
  });

  it('is not what somebody has forbidden, nor a file with a mistake', async () => {
    write('environments/elsewhere.yaml', { ...ELSEWHERE, attach: {} });
    await expect(planAvailable([kill()], skipping)).rejects.toThrow(/attached read-only/);
    const wrong = write('experiments/wrong.yaml', experiment('wrong', { method: [] }));
    await expect(planAvailable([wrong], skipping)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('is a driver of containers where no engine answers, but for those whose engines are named', async () => {
    const lackOf = enginesHere({ DOCKER_HOST: `unix://${join(folder, 'nobody.sock')}` });
    const here = { clusters: { c: { nodes: ['n1'] } } } as unknown as Parameters<typeof lackOf>[1];
    const named = { clusters: { c: { docker: { host: 'tcp://10.0.0.2:2376' } } } } as unknown as typeof here;
    expect(await lackOf('process', here)).toBeNull();
    expect(await lackOf('docker', here)).toMatch(/^the environment needs a Docker engine: /);
    expect(await lackOf('docker', named)).toBeNull();
  });
});

/** Runs a command. @returns its exit code, and what it wrote to stdout */
async function ends(command: () => Promise<number>): Promise<{ code: number; said: string }> {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const code = await command();
  const said = write.mock.calls.map(([text]) => String(text)).join('');
  write.mockRestore();
  return { code, said };
}

describe('where everything is left out', () => {
  it('a run is inconclusive, never a pass, and every form says why', async () => {
    const out = join(folder, 'reports');
    const forms = {
      junit: join(folder, 'j.xml'),
      markdown: join(folder, 'm.md'),
      events: join(folder, 'e.ndjson'),
    };
    const { code, said } = await ends(() => runCommand([kill()], { out, ...skipping, ...forms }));
    expect(code).toBe(2);
    expect(said).toMatch(
      /1 of 1 experiment left out, as it cannot be carried out here\n {2}kill: the attached driver/,
    );
    expect(said).toContain('INCONCLUSIVE');
    const [suite] = parseXml(readFileSync(forms.junit, 'utf8')).children;
    expect(suite?.attributes).toMatchObject({ name: 'kill', tests: '1', errors: '1', skipped: '0' });
    expect(readFileSync(forms.markdown, 'utf8')).toMatch(
      /^## – 1 of 1 experiment left out.*\n\n- kill: the attached driver/,
    );
    expect(JSON.parse(readFileSync(forms.events, 'utf8'))).toMatchObject({
      type: 'left-out',
      experiment: 'kill',
    });
  });

  it('a run says so in JSON too', async () => {
    const { code, said } = await ends(() => runCommand([kill()], { out: folder, json: true, ...skipping }));
    expect(code).toBe(2);
    expect(JSON.parse(said)).toMatchObject({
      type: 'left-out',
      experiment: 'kill',
      title: 'The claim of kill',
    });
  });

  it('a matrix is inconclusive', async () => {
    const out = join(folder, 'matrices');
    const junit = join(folder, 'j.xml');
    const options = { out, nats: [], json: true, junit, ...skipping };
    const { code, said } = await ends(() => matrixCommand([kill()], options));
    expect(code).toBe(2);
    expect(JSON.parse(said)).toMatchObject({
      outcome: { verdict: 'inconclusive', leftOut: 1, done: 0 },
      leftOut: [{ experiment: 'kill' }],
      runs: [],
    });
    const suites = parseXml(readFileSync(junit, 'utf8')).children;
    expect(suites.map(({ attributes }) => [attributes['name'], attributes['errors']])).toEqual([
      ['matrix', '1'],
      ['kill', '1'],
    ]);
  });
});

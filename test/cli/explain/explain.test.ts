import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runChecks } from '../../../src/checkers/run-checks.ts';
import { explainCommand } from '../../../src/cli/commands/explain.ts';
import { everyKind, type ExplainedKind } from '../../../src/cli/explain/kinds.ts';
import { exampleInPlace } from '../../../src/cli/explain/example.ts';
import { examineExperiment, examineFile } from '../../../src/experiment/load.ts';
import { publishedSchemas } from '../../../src/experiment/schema/published.ts';
import { historyOf } from '../../../src/history/in-memory.ts';
import { buildPlan } from '../../../src/plan/build.ts';
import { driverOffer } from '../../../src/plan/driver-offer.ts';
import { renderJson } from '../../../src/report/json.ts';
import { exitCodeOf, VERDICT_ORDER } from '../../../src/verdict/verdict.ts';
import { fixtureRun } from '../../report/fixture.ts';

/** The environment dual-mirror with what a few faults need besides: four nodes, limits, a store that syncs. */
const ENVIRONMENT = `name: dual-mirror
title: As the shipped one, and larger
nats: "2.12"
accounts:
  APP: { jetstream: true, maxFile: 64MiB, users: { app: { password: app } } }
  SYS: { system: true, users: { sys: { password: sys } } }
clusters:
  qa1a: { nodes: [js1-qa1a, js2-qa1a, js3-qa1a, js4-qa1a], mqtt: true, jetstream: { domain: qa1a, maxFile: 128MiB } }
  qa1b: { nodes: [js1-qa1b, js2-qa1b, js3-qa1b], jetstream: { domain: qa1b } }
links:
  - { kind: leafnode, from: qa1b, to: qa1a, account: APP }
streams:
  qa1a/qa: { subjects: [events.qa.qa1a.>], replicas: 3 }
  qa1a/qa_mirror_qa1b: { mirror: qa1b/qa, replicas: 3 }
  qa1b/qa: { subjects: [events.qa.qa1b.>], replicas: 3 }
  qa1b/qa_mirror_qa1a: { mirror: qa1a/qa, replicas: 3 }
consumers:
  qa1a/qa/consumer-qa1a: { ackWait: 30s }
objectBuckets:
  qa1a/files: { replicas: 3 }
buckets:
  qa1a/registers: { replicas: 3 }
`;

/** Every section that an example may stand in, so that one of them can be put in its place. */
const SECTIONS = {
  workloads: {
    publish: { kind: 'publish', stream: 'qa1a/qa', subject: 'events.qa.qa1a.x', rate: '10/s' },
    consume: { kind: 'consume', consumer: 'qa1a/qa/consumer-qa1a' },
    'consume-too': { kind: 'consume', consumer: 'qa1a/qa/consumer-qa1a' },
    kv: { kind: 'kv', bucket: 'qa1a/registers' },
    object: { kind: 'object', bucket: 'qa1a/files' },
    assets: { kind: 'assets', cluster: 'qa1a' },
    request: { kind: 'request', cluster: 'qa1a', subject: 'service.orders' },
    reply: { kind: 'reply', cluster: 'qa1a', subject: 'service.orders' },
    'core-publish': { kind: 'core-publish', cluster: 'qa1a', subject: 'news.{eu,us}' },
    'core-subscribe': { kind: 'core-subscribe', cluster: 'qa1a', subject: 'news.>' },
    permissions: { kind: 'permissions', cluster: 'qa1a', subjects: ['news.eu'] },
    quota: { kind: 'quota', cluster: 'qa1a' },
    http: { kind: 'http', url: 'http://127.0.0.1:8080', path: '/orders' },
  },
  steadyState: [{ kind: 'replicas-current', stream: 'qa1a/qa', equals: 3, within: '20s' }],
  method: [] as unknown[],
};
/** Beside faults on links of clients they are warned of, so they stand only where they are needed. */
const BY_MQTT = {
  'mqtt-publish': { kind: 'mqtt-publish', cluster: 'qa1a', topic: 'sensors/kitchen' },
  'mqtt-subscribe': { kind: 'mqtt-subscribe', cluster: 'qa1a', topic: 'sensors/#' },
};
/** Sections of experiments on another environment, where those above do not do. */
const ELSEWHERE: Record<string, Partial<typeof SECTIONS> | object> = {
  services: { steadyState: [{ kind: 'service-healthy', service: 'api', min: 1, within: '20s' }] },
};
const RECOVERY = { phase: 'recovery', until: 'steady', within: '1m' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-explain-'));
  for (const name of ['environments', 'experiments', 'reports/r1'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'environments/dual-mirror.yaml'), ENVIRONMENT);
  for (const name of ['supercluster.yaml', 'tls.yaml'])
    copyFileSync(join('environments', name), join(folder, 'environments', name));
  writeFileSync(join(folder, 'reports/r1/report.json'), renderJson(fixtureRun()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const items = everyKind().filter(
  (one): one is ExplainedKind => !['verdict', 'asset', 'space'].includes(one.room),
);

describe('what every kind is', () => {
  it.each(items.map((item) => [`${item.room} ${item.kind}`, item] as const))(
    '%s has an example that is valid where it stands',
    (_name, item) => {
      const problems = problemsOf(exampleInPlace(item), item.exampleEnvironment);
      expect(problems).toEqual([]);
    },
  );

  it.each(items.map((item) => [`${item.room} ${item.kind}`, item] as const))(
    '%s says what it is, what proves it, and every field of its schema',
    (_name, { summary, proof, description, fields, kind, room }) => {
      for (const text of [summary, proof]) expect(text).toMatch(/^[A-Z]/);
      expect(description).not.toBe('');
      expect(proof).toMatch(/\.$/);
      for (const { description: about } of fields) expect(about).not.toBe('');
      expect(fields.length, kind).toBeGreaterThan(0);
      expect(room).not.toBe('');
    },
  );

  it('explore has an example that is valid where it stands', () => {
    const space = everyKind().find(({ room }) => room === 'space');
    const text = `name: x\ntitle: x\nenvironment: dual-mirror\nworkloads:\n  publish: { kind: publish, stream: qa1a/qa, subject: events.qa.qa1a.x }\nsteadyState: [{ kind: replicas-current, stream: qa1a/qa, min: 3 }]\n`;
    writeFileSync(
      join(folder, 'experiments/space.yaml'),
      text + String(space && 'example' in space && space.example),
    );
    expect(examineFile(join(folder, 'experiments/space.yaml'), { env: {} })).toEqual([]);
  });

  it('leaves out no kind that the schema knows', () => {
    const known = new Set(items.map(({ kind }) => kind));
    const constants = [...JSON.stringify(publishedSchemas.experiment).matchAll(/"const":"([\w-]+)"/g)];
    expect(constants.map(([, kind]) => kind).filter((kind) => !known.has(kind ?? ''))).toEqual([]);
  });

  it('takes fields, types, defaults and units from the schema', () => {
    const kill = items.find(({ kind }) => kind === 'pause-kill');
    expect(kill?.fields[0]).toMatchObject({ name: 'nodes', required: true });
    expect(kill?.fields.find(({ name }) => name === 'frozenFor')).toMatchObject({
      type: 'duration such as 5s',
      unit: 'duration',
      required: false,
      default: '5s',
    });
  });

  it('of a check says truly that it is inconclusive without anything to look at', () => {
    for (const { kind, proof, example } of items.filter(({ room }) => room === 'check')) {
      expect(proof, kind).toMatch(/inconclusive\.$/);
      const options = load(example) as Record<string, unknown>;
      const empty = historyOf([], {
        publish: { kind: 'publish', target: 'qa1a/qa' },
        consume: { kind: 'consume', target: 'qa1a/qa/consumer-qa1a' },
      });
      const [finding] = runChecks(empty, [{ kind, options }]);
      expect(finding?.verdict, kind).toBe('inconclusive');
    }
  });

  it('of a verdict says its exit code', () => {
    const verdicts = everyKind().filter((one) => one.room === 'verdict');
    expect(verdicts.map(({ kind }) => kind)).toEqual(VERDICT_ORDER);
    for (const { kind, exitCodes } of verdicts) expect(exitCodes).toContain(exitCodeOf(kind, 'SIGINT'));
  });
});

describe('chaos explain', () => {
  afterEach(() => vi.restoreAllMocks());

  async function said(word: string, json = false): Promise<string> {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await explainCommand(word, { out: join(folder, 'reports'), json })).toBe(0);
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
    write.mockRestore();
    return text;
  }

  it('explains a kind', async () => {
    const text = await said('kill');
    expect(text).toMatch(/^kill \(fault\): Kills nodes/);
    for (const part of [
      'nodes: ',
      'required',
      'default false',
      '{ kind: kill, nodes: qa1a/qa@leader }',
      'does not answer',
    ])
      expect(text).toContain(part);
  });

  it('explains what faults are, and names all of them', async () => {
    const text = await said('fault');
    for (const { kind } of items.filter(({ room }) => room === 'fault')) expect(text).toContain(`  ${kind} `);
  });

  it('explains a verdict', async () => {
    expect(await said('unclean')).toMatch(/exit code\n {2}4\n[^]*chaos recover/);
  });

  it('explains a run by its folder, its id or latest, in five sentences', async () => {
    const byFolder = await said(join(folder, 'reports/r1'));
    expect(byFolder.trim().split('\n\n')).toHaveLength(5);
    expect(await said('a1b2c3d4')).toBe(byFolder);
    const { sentences, verdict } = JSON.parse(await said('r1', true)) as Record<string, object>;
    expect(verdict).toBe('pass');
    expect(Object.keys(sentences ?? {})).toEqual(['claim', 'done', 'seen', 'why', 'next']);
  });

  it('says what was probably meant, and is a usage error', () => {
    const explain = (word: string) => () => explainCommand(word, { out: join(folder, 'reports') });
    expect(explain('kil')).toThrow(/nothing called "kil".*did you mean "kill"/);
    expect(explain('nothing-like-it')).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

/** Of an experiment that has this part in place of its own, and is otherwise without fault. */
function problemsOf(part: string, environment = 'dual-mirror'): string[] {
  const sections =
    environment === 'dual-mirror' ? SECTIONS : { ...SECTIONS, workloads: {}, ...ELSEWHERE[environment] };
  const merged = { ...sections, ...(load(part) as Partial<typeof SECTIONS>) };
  const besides = part.includes('mqtt') ? BY_MQTT : {};
  const own = { ...merged, workloads: { ...sections.workloads, ...besides, ...merged.workloads } };
  const experiment = {
    name: 'example',
    title: 'An example',
    environment,
    ...own,
    method: [...own.method, RECOVERY],
  };
  const file = join(folder, 'experiments', 'example.yaml');
  // JSON is YAML; the item itself was read from the text that people are shown.
  writeFileSync(file, JSON.stringify(experiment, null, 1));
  const { loaded, problems } = examineExperiment(file, { env: {} });
  // Throws what the driver could not do.
  if (loaded !== undefined) buildPlan(loaded, driverOffer('process'));
  return problems.map(({ message }) => message);
}

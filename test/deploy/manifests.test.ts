import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { load, loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NightlyOptions } from '../../src/cli/commands/nightly.ts';
import { declareNightly } from '../../src/cli/declare/nightly.ts';
import { Python } from '../support/python.ts';
import { isLeftOut } from '../support/surroundings/left-out.ts';

const FOLDER = 'deploy/kubernetes';
const KUSTOMIZATION = 'kustomization.yaml';
const MANIFESTS = readdirSync(FOLDER).filter((name) => name !== KUSTOMIZATION);
/** The oldest that the validator's schemas and the manifests have in common, and the newest. */
const RELEASES = ['1.27.0', '1.37.0'];

interface PodSpec {
  securityContext: { runAsNonRoot: boolean };
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds: number;
  containers: {
    args: string[];
    resources: { limits: Record<string, string> };
    securityContext: Record<string, unknown>;
    volumeMounts: { name: string }[];
  }[];
  volumes: { name: string }[];
}

interface Manifest {
  kind: string;
  spec?: {
    concurrencyPolicy?: string;
    template?: { spec: PodSpec };
    jobTemplate?: { spec: { backoffLimit: number; template: { spec: PodSpec } } };
  };
}

const all = MANIFESTS.flatMap((name) => loadAll(readFileSync(join(FOLDER, name), 'utf8')) as Manifest[]);
const podOf = ({ spec }: Manifest) => spec?.template?.spec ?? spec?.jobTemplate?.spec.template.spec;

describe.skipIf(isLeftOut('manifests'))('the published schemas of Kubernetes', () => {
  let python: Python;
  let folder: string;
  // The first time, pip fetches them.
  const FETCH_MS = 120_000;
  beforeAll(() => {
    python = new Python(['kubernetes-validate==1.37.0']);
    folder = mkdtempSync(join(tmpdir(), 'chaos-manifests-'));
  }, FETCH_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const validate = (release: string, path: string) =>
    python.module('kubernetes_validate', '--strict', '-k', release, path);

  it.each(RELEASES)('%s accepts every manifest', (release) => {
    for (const name of MANIFESTS) {
      const { status, said } = validate(release, join(FOLDER, name));
      expect(status, said).toBe(0);
      expect(said).toContain('passed for resource');
    }
  });

  it.each([
    ['a misspelt key', 'readOnlyRootFilesystem:', 'readOnlyRootFileSystem:', 'readOnlyRootFileSystem'],
    ['a value of the wrong type', 'replicas: 2', "replicas: 'two'", 'two'],
    ['a missing field', /selector:\n {4}matchLabels:.*\n {2}strategy/, 'strategy', 'selector'],
  ])('refuse %s', (_what, good, bad, named) => {
    const text = readFileSync(join(FOLDER, 'workers.yaml'), 'utf8');
    const changed = text.replace(good, bad);
    expect(changed).not.toBe(text);
    const path = join(folder, 'bad.yaml');
    writeFileSync(path, changed);
    const { status, said } = validate('1.37.0', path);
    expect(status, said).not.toBe(0);
    expect(said).toContain(named);
  });
});

describe('the manifests', () => {
  it('are all in the kustomization', () => {
    const { resources } = load(readFileSync(join(FOLDER, KUSTOMIZATION), 'utf8')) as { resources: string[] };
    expect([...resources].sort()).toEqual([...MANIFESTS].sort());
  });

  it('give pods no more than they need, and the time to undo', () => {
    const pods = all.map(podOf).filter((pod) => pod !== undefined);
    expect(pods).toHaveLength(2);
    for (const pod of pods) {
      expect(pod.securityContext.runAsNonRoot).toBe(true);
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(120);
      const [container] = pod.containers;
      expect(container?.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container?.resources.limits).not.toHaveProperty('cpu');
      const volumes = pod.volumes.map(({ name }) => name);
      expect(container?.volumeMounts.map(({ name }) => name)).toEqual(volumes);
    }
  });

  it('start a nightly run with a command line that the program takes, and never two, and none again', () => {
    const job = all.find(({ kind }) => kind === 'CronJob');
    expect(job?.spec).toMatchObject({
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never' } } } },
    });
    const [command, ...words] = job!.spec!.jobTemplate!.spec.template.spec.containers[0]!.args;
    expect(command).toBe('nightly');
    const program = new Command();
    declareNightly(program);
    const nightly = program.commands[0]!.exitOverride();
    let taken: { files: string[]; options: NightlyOptions } | undefined;
    nightly.action((files: string[], options: NightlyOptions) => {
      taken = { files, options };
    });
    nightly.parse(words, { from: 'user' });
    expect(taken).toMatchObject({
      files: ['/nats-chaos/experiments'],
      options: { nats: ['2.12'], repeat: 3, budget: 5 * 3_600_000, out: '/data/nights' },
    });
  });
});

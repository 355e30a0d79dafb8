import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { travelling, type Travelling } from '../../../src/cli/fleet/travel.ts';
import { planAll } from '../../../src/cli/run/plan-all.ts';
import { unpackBundle } from '../../../src/fleet/bundle.ts';
import { packageFolder } from '../../../src/support/package-folder.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'travel-'))));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const ENVIRONMENT = {
  name: 'tiny',
  title: 'One server',
  nats: '2.12',
  clusters: { c: { nodes: ['n1'] } },
  streams: { 'c/s': { subjects: ['s.>'] } },
};
const EXPERIMENT = {
  name: 'publish',
  title: 'It stores what it acknowledges',
  environment: 'tiny',
  workloads: { publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '10/s' } },
  method: [{ phase: 'work', for: '1s' }],
  steadyState: [{ kind: 'server-healthy', servers: 'c', equals: 1, within: '20s' }],
  checks: [{ kind: 'gapless', streams: ['c/s'] }],
};

/** JSON is YAML. @returns the path */
function write(path: string, content: object): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, JSON.stringify(content));
  return whole;
}

function travels(file: string, environment?: string): Travelling {
  const options = { elsewhere: true, ...(environment === undefined ? {} : { environment }) };
  const [planned] = planAll([file], options, () => undefined);
  return travelling(planned!, environment !== undefined);
}

function filesOf({ bundle }: Travelling): string[] {
  return Object.keys(unpackBundle(bundle!.content).files).sort();
}

describe('what travels to a worker', () => {
  it('is the name of an experiment that every worker has', () => {
    const shipped = join(packageFolder(), 'experiments/partition-recovery.yaml');
    const { experiment, bundle, environment } = travels(shipped);
    expect(experiment).toMatchObject({
      name: 'partition-recovery',
      path: 'experiments/partition-recovery.yaml',
    });
    expect([bundle, environment]).toEqual([undefined, undefined]);
  });

  it('is the text of others, where the experiment finds its environment by its name', () => {
    write('environments/tiny.yaml', ENVIRONMENT);
    const sent = travels(write('suite/publish.yaml', EXPERIMENT));
    expect(sent.experiment.path).toBe('experiments/publish.yaml');
    expect(sent.environment).toBeUndefined();
    expect(filesOf(sent)).toEqual(['environments/tiny.yaml', 'experiments/publish.yaml']);
  });

  it('keeps an environment beside its experiment, and says where one is that is elsewhere', () => {
    write('suite/tiny.yaml', ENVIRONMENT);
    const beside = travels(write('suite/publish.yaml', { ...EXPERIMENT, environment: 'tiny.yaml' }));
    expect(filesOf(beside)).toEqual(['publish.yaml', 'tiny.yaml']);
    expect(beside.environment).toBeUndefined();
    const other = travels(write('other/publish.yaml', { ...EXPERIMENT, environment: '../suite/tiny.yaml' }));
    expect(other.environment).toBe('environments/tiny.yaml');
    expect(filesOf(other)).toEqual(['environments/tiny.yaml', 'experiments/publish.yaml']);
  });

  it('is the same bundle for the same texts, wherever they are', () => {
    const place = (name: string): string => {
      write(`${name}/environments/tiny.yaml`, ENVIRONMENT);
      return write(`${name}/publish.yaml`, EXPERIMENT);
    };
    const [one, other] = ['a', 'b'].map((name) => travels(place(name)));
    expect(one!.bundle!.sha256).toBe(other!.bundle!.sha256);
  });

  it('is an environment in place of the one that an experiment of the package names', () => {
    write('environments/tiny.yaml', ENVIRONMENT);
    const file = write('publish.yaml', { ...EXPERIMENT, environment: 'one-zone' });
    const sent = travels(file, join(folder, 'environments/tiny.yaml'));
    expect(sent.environment).toBe('environments/tiny.yaml');
  });

  it('is no secret: neither its value from a variable, nor a file with one', () => {
    vi.stubEnv('TRAVEL_CANARY', 'kanarienvogel');
    const secret = (value: string): object => ({
      ...ENVIRONMENT,
      secrets: { APP: value },
      accounts: { APP: { jetstream: true, users: { app: { password: '${secrets.APP}' } } } },
    });
    write('environments/tiny.yaml', secret('${TRAVEL_CANARY}'));
    const file = write('publish.yaml', EXPERIMENT);
    const { files } = unpackBundle(travels(file).bundle!.content);
    expect(Object.values(files).join()).toContain('${TRAVEL_CANARY}');
    expect(Object.values(files).join()).not.toContain('kanarienvogel');
    write('environments/tiny.yaml', secret('kanarienvogel'));
    expect(() => travels(file)).toThrow('holds the value of a secret, and secrets do not travel');
  });

  it('is no program beside the files', () => {
    write('environments/tiny.yaml', {
      ...ENVIRONMENT,
      services: {
        api: {
          command: ['node', '${here}/api.mjs'],
          ports: { http: 'free' },
          health: { kind: 'http', path: '/' },
        },
      },
    });
    expect(() => travels(write('publish.yaml', EXPERIMENT))).toThrow(
      'it names files that would not be there',
    );
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { loadEnvironment, loadExperiment } from '../../src/experiment/load.ts';
import { buildPlan, LackingError } from '../../src/plan/build.ts';
import { describePlan } from '../../src/plan/describe.ts';
import { describeServices } from '../../src/plan/describe-services.ts';
import { driverOffer } from '../../src/plan/driver-offer.ts';
import { environmentSpec } from '../../src/plan/environment-spec.ts';
import { serviceRefusals, updateRefusal } from '../../src/plan/service-refusals.ts';

const cwd = join(import.meta.dirname, '../..');
const plan = (name: string, driver = 'process') =>
  buildPlan(loadExperiment(`experiments/services/${name}.yaml`, { env: {}, cwd }), driverOffer(driver));

const folder = mkdtempSync(join(tmpdir(), 'services-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a plan with services', () => {
  it('has every default filled in, and placeholders as they are written', () => {
    const { services = [] } = plan('replica-killed').spec;
    expect(services).toEqual([
      {
        name: 'api',
        command: ['node', '${here}/services/api.mjs'],
        replicas: 2,
        ports: { http: 'free' },
        env: {
          NAME: 'api-${replica}',
          PORT: '${port.http}',
          LISTEN: '${listen}',
          NATS_URLS: '${link.z}',
          NATS_USER: 'app',
          NATS_PASSWORD: 'app',
        },
        files: {},
        links: [{ as: 'z', to: 'z' }],
        dependsOn: [],
        health: { kind: 'http', port: 'http', path: '/health', status: 200 },
        readyWithinMs: 30_000,
        here: join(cwd, 'environments'),
        container: {
          image: '',
          command: ['node', '${here}/services/api.mjs'],
          build: {
            programs: ['node'],
            copy: [
              join(cwd, 'environments/services'),
              join(cwd, 'node_modules/@nats-io'),
              join(cwd, 'node_modules/tweetnacl'),
            ],
          },
        },
      },
      expect.objectContaining({
        name: 'front',
        dependsOn: ['api'],
        links: [{ as: 'api', to: 'api', port: 'http' }],
      }),
    ]);
    expect(describePlan(plan('replica-killed'))).toContain(
      'front: one replica of `node ${here}/services/front.mjs`; ports http free; linked to api; after api; healthy by status 200 of /health on http',
    );
  });

  it.each([
    ['replica-killed', []],
    [
      'replica-cut-off',
      ['client~api.1~z.n1', 'client~api.1~z.n2', 'client~api.1~z.n3', 'service~front.1~api.1~http'],
    ],
    ['front-without-api', ['service~front.1~api.1~http', 'service~front.1~api.2~http']],
  ])('puts only links under control that a fault can touch: %s', (name, links) => {
    expect(plan(name).links?.proxied.map(({ link }) => link)).toEqual(links);
  });

  it('is refused where a program is missing, with the way to get it', () => {
    vi.stubEnv('PATH', '');
    expect(() => plan('slow-link')).toThrow(LackingError);
    expect(() => plan('slow-link')).toThrow(
      /the service api needs the program node, which is not there; to install it: Node\.js 20/,
    );
  });

  it('has places for as many replicas as the method scales a service to, and faults may touch their links', () => {
    const { spec, links } = plan('scaled');
    expect(spec.services?.map(({ name, replicas, most }) => [name, replicas, most])).toEqual([
      ['api', 2, 5],
      ['front', 1, undefined],
    ]);
    // Three nodes for each of five replicas, and the front's links to them.
    expect(links?.total).toBe(3 + 3 + 15 + 5);
  });
});

describe('an update', () => {
  const named = { build: undefined, image: 'shop:1' };
  const built = { build: { copy: [], programs: [] }, image: undefined };
  const against = (change: Record<string, unknown>, driver: string, service: object): string | null =>
    updateRefusal(
      { kind: 'rolling-update', service: 'api', ...change },
      { services: { api: service } } as never,
      driverOffer(driver),
    );

  it('is refused where it would change nothing by the driver, and says what would', () => {
    expect(against({ image: 'shop:2' }, 'process', named)).toBe(
      'image would change nothing of api by the process driver; expected command or env too',
    );
    expect(against({ command: ['shop'] }, 'docker', named)).toBe(
      'command would change nothing of api by the docker driver; expected image or imageCommand or env too',
    );
    expect(against({ imageCommand: ['shop'] }, 'docker', built)).toBe(
      'imageCommand would change nothing of api by the docker driver; expected command or image or env too',
    );
  });

  it('is not where a part of it has an effect, or it is a restart', () => {
    expect(against({ image: 'shop:2', env: { A: '1' } }, 'process', named)).toBeNull();
    expect(against({ command: ['shop'] }, 'docker', built)).toBeNull();
    expect(against({ image: 'shop:2' }, 'docker', named)).toBeNull();
    expect(against({}, 'process', named)).toBeNull();
    expect(against({ kind: 'scale', image: 'x' }, 'process', named)).toBeNull();
  });

  it('is refused in a plan at its place', () => {
    const file = join(folder, 'update.yaml');
    const text = readFileSync(join(cwd, 'experiments/services/rolling-update.yaml'), 'utf8')
      .replace('environment: services', `environment: ${join(cwd, 'environments/services.yaml')}`)
      .replace(/\{ kind: rolling-update, .*\}\]/, '{ kind: rolling-update, service: api, image: "shop:2" }]');
    writeFileSync(file, text);
    const loaded = loadExperiment(file, { env: {}, cwd });
    expect(() => buildPlan(loaded, driverOffer('process'))).toThrow(
      /update\.yaml:\d+:\d+: image would change nothing of api by the process driver/,
    );
    expect(() => buildPlan(loaded, driverOffer('docker'))).not.toThrow();
  });
});

describe('services in containers', () => {
  const environment = (services: string) => {
    const file = join(folder, 'env.yaml');
    const text = `name: env\ntitle: Services\nnats: "2.12"\nclusters:\n  z: { nodes: [n1] }\nservices:\n${services}`;
    writeFileSync(file, text);
    return loadEnvironment(file, { env: {} });
  };
  const refusals = (loaded: ReturnType<typeof environment>) =>
    serviceRefusals(loaded, driverOffer('docker')).map(({ line, message }) => `${line}: ${message}`);

  it('are described by their images', () => {
    const spec = environmentSpec(
      environment(
        '  redis: { image: "redis:7", imageCommand: [redis-server, --port, "${port.main}"], ports: { main: free } }\n',
      ),
    );
    expect(describeServices(spec, 'docker')).toEqual([
      'redis: one replica of the image redis:7 with `redis-server --port ${port.main}`; ports main free; healthy by a connection on main',
    ]);
  });

  it('are refused without an image, and with programs and files for one that are not there', () => {
    expect(refusals(environment('  a: { command: [sleep, "9"] }\n'))).toEqual([
      '7: the service a has no `image` and no `build`, and runs only with --driver process',
    ]);
    const built = environment(
      '  a:\n    command: [sleep, "9"]\n    build:\n      programs: [no-such-program]\n      copy: [env.yaml, no-such-file]\n    install: nobody knows\n    env: { A: "${here}" }\n',
    );
    expect(refusals(built)).toEqual([
      '10: the service a needs the program no-such-program, which is not there; to install it: nobody knows',
      `11: the image of a is to get no-such-file, and there is nothing at ${join(folder, 'no-such-file')}`,
    ]);
    expect(describeServices(environmentSpec(built), 'docker')).toEqual([
      'a: one replica of an image made here, with `sleep 9`; healthy while it runs',
    ]);
  });

  it('are refused with a folder that containers do not have, at its place', () => {
    const loaded = environment(
      '  a:\n    image: a\n    env:\n      ONE: "${data}"\n      TWO: "${here}/x"\n',
    );
    expect(refusals(loaded)).toEqual([
      '11: ${here} is a folder of this machine, which a container does not have',
    ]);
  });
});

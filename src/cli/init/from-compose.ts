import { statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { DiscoveredService, DiscoveredSystem } from '../../discover/model.ts';
import { noteText } from '../../discover/model.ts';
import { withOneDomain } from '../../discover/one-domain.ts';
import { ChaosError } from '../../support/errors.ts';
import { packageFolder } from '../../support/package-folder.ts';
import { validText } from '../discover/valid-text.ts';
import { complain, print } from '../output.ts';
import { thereAlready, writeFiles, type NewFile } from './new-files.ts';
import { schemaLink } from './schema-link.ts';
import { flow, scalar } from './yaml-text.ts';

export interface FromOptions {
  /** A compose file. */
  from: string;
  nats?: string;
  out: string;
  force?: boolean;
}

/**
 * Writes the environment of a whole application from a compose file, and a first experiment on it.
 *
 * @throws ChaosError `usage` where the file is not there, or one that would be written is
 */
export async function initFromCompose(named: string | undefined, options: FromOptions): Promise<void> {
  const { from, out, force = false } = options;
  if (statSync(from, { throwIfNoEntry: false })?.isFile() !== true)
    throw new ChaosError('usage', `there is no file ${from}; expected a compose file`);
  const cwd = process.cwd();
  const base = resolve(cwd, out);
  const name = named ?? nameFor(from);
  const { discoverApplication } = await import('../../discover/files/compose-application.ts');
  const { system: found, image } = discoverApplication(resolve(from), process.env, cwd);
  const link = schemaLink(base, packageFolder());
  const environments = join(base, 'environments');
  const { text, system } = validText(
    withOneDomain(found),
    { kind: 'started', nats: options.nats ?? image ?? 'latest' },
    {
      name,
      title: `The application of ${basename(from)}`,
      secrets: {},
      by: 'chaos init --from',
      origin: relative(cwd, resolve(from)),
      schema: link.from(environments, 'environment'),
    },
  );
  const experiments = join(base, 'experiments');
  const files: NewFile[] = [{ path: join(environments, `${name}.yaml`), text }];
  const experiment = experimentText(name, system, link.from(experiments, 'experiment'));
  if (experiment !== null) files.push({ path: join(experiments, `${name}-killed.yaml`), text: experiment });
  const taken = thereAlready(
    files.map(({ path }) => path),
    cwd,
  );
  if (taken !== null && !force)
    throw new ChaosError('usage', taken, { hint: 'give another name, or --force to write over them' });
  const written = writeFiles(files, cwd);
  for (const note of system.notes) complain(noteText(note));
  print(
    [
      ...written.map((path) => `wrote ${relative(cwd, path)}`),
      '',
      'Next:',
      ...(experiment === null
        ? []
        : [`  chaos plan ${name}-killed --driver docker   what would happen, without doing it`]),
      `  chaos up ${name} --driver docker            brings it up, to look at it`,
    ].join('\n'),
  );
}

/** The folder's name for `compose.yaml` and the like, as compose names a project. */
function nameFor(file: string): string {
  const own = basename(file).replace(/\.ya?ml$/, '');
  const name = /^(docker-)?compose$/.test(own) ? basename(dirname(resolve(file))) : own;
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'application'
  );
}

/** One replica of the service that has most of them is killed; null without a service. */
function experimentText(name: string, { services = [] }: DiscoveredSystem, schema: string): string | null {
  const [target] = [...services].sort((a, b) => replicasOf(b) - replicasOf(a));
  if (target === undefined) return null;
  const web = services.find(
    ({ fields }) => (fields.health as { kind?: string } | undefined)?.kind === 'http',
  );
  const health = web?.fields.health as { path?: string; port?: string } | undefined;
  const ask =
    web === undefined
      ? []
      : [
          'workloads: # put in its place what users do, such as a POST with a body: docs/applications.md',
          `  ask: ${flow({
            kind: 'http',
            service: web.name,
            ...(health?.port === undefined ? {} : { port: health.port }),
            method: 'GET',
            path: health?.path ?? '/',
            rate: '20/s',
            retries: 2,
          })}`,
          '',
        ];
  return `${[
    `# yaml-language-server: $schema=${schema}`,
    `name: ${scalar(`${name}-killed`)}`,
    `title: When a replica of ${target.name} is killed, the application is healthy again once it runs again`,
    `environment: ${scalar(name)}`,
    '',
    ...ask,
    'steadyState: # must hold before the method begins, and again at its end',
    ...services.map(
      (service) =>
        `  - ${flow({ kind: 'service-healthy', service: service.name, is: 'healthy', within: '60s' })}`,
    ),
    '',
    'method:',
    '  - phase: before',
    '    for: 5s',
    '  - phase: killed',
    `    faults: [${flow({ kind: 'kill', nodes: `${target.name}@any` })}]`,
    '    for: 5s',
    '  - phase: recovery',
    '    until: steady # the time it takes is the recovery time',
    '    within: 2m',
    ...(web === undefined
      ? []
      : ['', 'checks:', `  - ${flow({ kind: 'slo', workload: 'ask', availability: '99%' })}`]),
  ].join('\n')}\n`;
}

function replicasOf({ fields }: DiscoveredService): number {
  return Number(fields.replicas ?? 1);
}

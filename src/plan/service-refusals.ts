import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { effectiveChanges, type ServiceChange } from '../drivers/spec.ts';
import type { LoadedFile } from '../experiment/load.ts';
import type { Environment } from '../experiment/schema/environment.ts';
import type { Item } from '../experiment/schema/common.ts';
import type { Service } from '../experiment/schema/environment/service.ts';
import { textOf } from '../experiment/source/lenient.ts';
import { child, type Pointer } from '../experiment/source/pointer.ts';
import type { Problem } from '../experiment/source/problem.ts';
import { findProgram } from '../support/find-program.ts';
import { ownPrograms } from './service-spec.ts';
import { fillPlaceholders, placeholdersIn } from '../support/placeholders.ts';
import { offers, type DriverOffer } from './driver-offer.ts';

/** What a rolling update may change. */
const UPDATES: readonly (keyof ServiceChange)[] = ['command', 'image', 'imageCommand', 'env'];

/** Why the services of an environment cannot be run here: the driver runs none, or a program is missing. */
export function serviceRefusals(environment: LoadedFile<Environment>, offer: DriverOffer): Problem[] {
  const services = Object.entries(environment.value.services);
  const [first] = services;
  if (first === undefined) return [];
  if (!offers(offer, 'services'))
    return [
      environment.problem(
        child('/services', first[0]),
        `the ${offer.driver} driver runs no services; expected --driver process or docker`,
      ),
    ];
  return offer.driver === 'docker' ? containerRefusals(environment) : processRefusals(environment);
}

/** Why an update would change nothing by this driver; null for what is no such update. */
export function updateRefusal(
  action: Item,
  { services }: Pick<Environment, 'services'>,
  { driver }: DriverOffer,
): string | null {
  if (action.kind !== 'rolling-update') return null;
  const name = textOf(action['service']) ?? '';
  const given = UPDATES.filter((field) => action[field] !== undefined);
  const effective = effectiveChanges(
    driver !== 'docker' ? 'process' : services[name]?.build === undefined ? 'image' : 'build',
  );
  // Without any of them it is a rolling restart.
  if (given.length === 0 || given.some((field) => effective.includes(field))) return null;
  return `${given.join(' and ')} would change nothing of ${name} by the ${driver} driver; expected ${effective.join(' or ')} too`;
}

function processRefusals(environment: LoadedFile<Environment>): Problem[] {
  return Object.entries(environment.value.services).flatMap(([name, service]) => {
    const at = child('/services', name);
    if (service.command === undefined)
      return [
        environment.problem(at, `the service ${name} has no \`command\`, and runs only with --driver docker`),
      ];
    return programProblems(environment, name, service, 'process');
  });
}

function programProblems(
  environment: LoadedFile<Environment>,
  name: string,
  service: Service,
  where: 'process' | 'image',
): Problem[] {
  const { install } = service;
  const hint = install === undefined ? '' : `; to install it: ${install}`;
  return missingPrograms(environment.file, service, where).map(({ at, program }) =>
    environment.problem(
      `${child('/services', name)}/${at}`,
      `the service ${name} needs the program ${program}, which is not there${hint}`,
    ),
  );
}

/**
 * The programs of a service that this machine does not have, with their places in it: those that run as processes, or
 * that its image gets.
 *
 * @param file of the environment
 */
export function missingPrograms(
  file: string,
  service: Service,
  where: 'process' | 'image',
): { at: string; program: string }[] {
  const here = resolve(dirname(file));
  const named = (service.build?.programs ?? []).map((program, i) => ({ at: `build/programs/${i}`, program }));
  const all = [...ownPrograms(service), ...(where === 'image' ? named : [])];
  return all.filter(({ program }) => !isThere(program, here));
}

/** Containers have no folder of the environment file, and all of them are on one engine. */
function containerRefusals(environment: LoadedFile<Environment>): Problem[] {
  const { services, clusters } = environment.value;
  const engines = new Set(Object.values(clusters).map(({ docker }) => docker?.host));
  return Object.entries(services).flatMap(([name, service]) => {
    const at = child('/services', name);
    if (service.image === undefined && service.build === undefined)
      return [
        environment.problem(
          at,
          `the service ${name} has no \`image\` and no \`build\`, and runs only with --driver process`,
        ),
      ];
    if (engines.size > 1)
      return [environment.problem(at, 'services run on one Docker engine, and the clusters are on several')];
    if (service.build !== undefined)
      return [
        ...programProblems(environment, name, service, 'image'),
        ...missingFiles(environment, name, service),
      ];
    return textsInContainer(service, at).flatMap(([place, text]) =>
      placeholdersIn(text).includes('here')
        ? [
            environment.problem(
              place,
              `\${here} is a folder of this machine, which a container does not have`,
            ),
          ]
        : [],
    );
  });
}

/** What an image is to get, and what is not there. */
function missingFiles(environment: LoadedFile<Environment>, name: string, { build }: Service): Problem[] {
  const here = resolve(dirname(environment.file));
  return (build?.copy ?? []).flatMap((path, i) =>
    existsSync(resolve(here, path))
      ? []
      : [
          environment.problem(
            `${child('/services', name)}/build/copy/${i}`,
            `the image of ${name} is to get ${path}, and there is nothing at ${resolve(here, path)}`,
          ),
        ],
  );
}

/** The texts that are filled in for a container, with their places. */
function textsInContainer(
  { imageCommand = [], env, files, health }: Service,
  at: Pointer,
): [Pointer, string][] {
  const command = health?.kind === 'command' ? health.command : [];
  return [
    ...imageCommand.map((text, i): [Pointer, string] => [`${at}/imageCommand/${i}`, text]),
    ...Object.entries(env).map(([name, text]): [Pointer, string] => [child(`${at}/env`, name), text]),
    ...Object.entries(files).map(([name, text]): [Pointer, string] => [child(`${at}/files`, name), text]),
    ...command.map((text, i): [Pointer, string] => [`${at}/health/command/${i}`, text]),
  ];
}

/** Whether a program can be started: by its path, or in a folder of PATH. */
function isThere(program: string, here: string): boolean {
  const path = program.includes('${here}') ? fillPlaceholders(program, { here }) : program;
  // What depends on a replica is known only when it starts.
  return path.includes('${') || findProgram(path) !== undefined;
}

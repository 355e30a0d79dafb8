import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { headOf, isEnvironmentFile, loadEnvironment } from '../../experiment/load.ts';
import { missingPrograms } from '../../plan/service-refusals.ts';
import type { Check } from './check.ts';

/**
 * The programs that services of the environments of this folder need and this machine does not have, with how to install
 * them; empty where none is missing, or there are no services.
 */
export function serviceChecks(env: NodeJS.ProcessEnv, folder = 'environments'): Check[] {
  const lacking = environmentsIn(folder, env).flatMap((file) => lackingIn(file, env));
  const programs = [...new Set(lacking.map(({ program }) => program))];
  return programs.map((program): Check => {
    const of = lacking.filter((one) => one.program === program);
    const install = of.find((one) => one.install !== undefined)?.install;
    const users = [...new Set(of.map(({ service, environment }) => `${service} in ${environment}`))];
    return {
      id: `service-${program}`,
      title: program,
      status: 'limited',
      detail: `not there, and needed by the service ${users.join(', ')}`,
      ...(install === undefined ? {} : { hint: install }),
    };
  });
}

interface Lacking {
  program: string;
  service: string;
  environment: string;
  install: string | undefined;
}

/** A file with errors is what `chaos validate` is for. */
function lackingIn(file: string, env: NodeJS.ProcessEnv): Lacking[] {
  try {
    const environment = loadEnvironment(file, { env });
    return Object.entries(environment.value.services).flatMap(([service, body]) =>
      missingPrograms(environment.file, body, 'process').map(({ program }) => ({
        program,
        service,
        environment: headOf(file, { env }).name,
        install: body.install,
      })),
    );
  } catch {
    return [];
  }
}

function environmentsIn(folder: string, env: NodeJS.ProcessEnv): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => join(folder, name))
      .filter((file) => isEnvironmentFile(file, { env }));
  } catch {
    return [];
  }
}

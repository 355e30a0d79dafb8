import { relative } from 'node:path';
import { asChaosError } from '../../support/system-errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { print, printJson } from '../output.ts';
import { runFolder, runFolders } from '../run/find-runs.ts';
import { recoverRun, type Recovery } from '../run/recover-run.ts';

export interface RecoverOptions {
  out: string;
  json?: boolean;
}

/** Takes down what dead runs have left behind, and reports it. @returns 0, or 4 when something is left */
export async function recoverCommand(runs: string[], options: RecoverOptions): Promise<number> {
  const named = runs.length > 0;
  const folders = named
    ? [...new Set(runs.map((run) => runFolder(run, options.out)))]
    : runFolders(options.out);
  const recoveries: Recovery[] = [];
  for (const folder of folders) {
    const { folder: path, ...rest } = await recoverRun(folder, named).catch((thrown: unknown) =>
      notRecovered(folder, thrown),
    );
    recoveries.push({ folder: relative(process.cwd(), path), ...rest });
  }
  if (options.json === true) printJson(recoveries);
  else for (const text of describeAll(recoveries, named, options.out)) print(text);
  return recoveries.some((one) => one.outcome === 'failed' || (named && one.outcome === 'alone'))
    ? ExitCode.unclean
    : ExitCode.pass;
}

/** A run that cannot be read or marked does not stop the recovery of the others. */
function notRecovered(folder: string, thrown: unknown): Recovery {
  const { message, hint } = asChaosError(thrown);
  const why = hint === undefined ? message : `${message} (${hint})`;
  return { folder, marked: false, outcome: 'failed', why, environments: [], servers: [], containers: [] };
}

/** A run with nothing left is mentioned only when the user named it. */
function describeAll(recoveries: readonly Recovery[], named: boolean, out: string): string[] {
  const lines = recoveries.flatMap((one) => {
    const silent = one.outcome === 'clean' && !named && !one.marked;
    return silent ? [] : [`${one.folder}: ${describe(one)}`];
  });
  return lines.length > 0 ? lines : [`nothing to recover: no run under ${out} has left anything`];
}

function describe({ outcome, why, environments, servers, containers }: Recovery): string {
  if (outcome === 'alone') return `left alone: ${why ?? 'it is in use'}`;
  if (outcome === 'clean') return 'nothing was left';
  const done = environments
    .filter((one) => one.found)
    .flatMap(({ folder, ended, docker }) => {
      if (docker.length > 0) {
        return docker.map(
          ({ engine, containers, networks, volumes: { length } }) =>
            `removed ${containers.length} containers, ${networks.length} networks and ${length} volumes at ${engine}`,
        );
      }
      const pids =
        ended.length === 0 ? 'no process was left' : `ended ${ended.length} processes (${ended.join(', ')})`;
      return [`${pids}; removed ${folder}`];
    });
  const resumed = servers
    .filter((one) => one.resumed)
    .map(({ node, pid }) => `let ${node} go on (process ${pid})`);
  done.unshift(...resumed, ...containers.flatMap((one) => one.did));
  const left = [
    ...(why === undefined ? [] : [why]),
    ...servers.flatMap((one) => one.left ?? []),
    ...[...containers, ...environments].flatMap((one) => one.left),
  ];
  return left.length > 0 ? `NOT recovered: ${left.join('; ')}` : done.join('; ');
}

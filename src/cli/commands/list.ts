import { join } from 'node:path';
import { actions } from '../../actions/index.ts';
import { checkers } from '../../checkers/index.ts';
import type { Capability } from '../../drivers/driver.ts';
import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { yamlFilesIn } from '../../experiment/source/files.ts';
import { headOf, isSpaceFile } from '../../experiment/load.ts';
import { didYouMean } from '../../experiment/source/suggest.ts';
import { faults } from '../../faults/index.ts';
import { driverOffer } from '../../plan/driver-offer.ts';
import { onMachine, reasonAgainst } from '../../plan/machine-offer.ts';
import { probes } from '../../probes/index.ts';
import { ChaosError } from '../../support/errors.ts';
import { packageFolder } from '../../support/package-folder.ts';
import { workloads } from '../../workloads/index.ts';
import { ExitCode } from '../exit-codes.ts';
import { LISTS, type ListName } from '../lists.ts';
import { print, printJson } from '../output.ts';
import { namedExperimentFiles } from '../run/experiment-files.ts';
import { loadOptions } from '../run/load-options.ts';

export interface ListOptions {
  json?: boolean;
}

interface Line {
  name: string;
  summary: string;
}

/** `chaos list`: every kind or file, with one line each. */
export function listCommand(what: string | undefined, options: ListOptions): Promise<number> {
  const lists: Record<ListName, () => Line[]> = {
    experiments: () => headsOf(namedExperimentFiles().filter((file) => !isSpaceFile(file, loadOptions()))),
    spaces: () => headsOf(namedExperimentFiles().filter((file) => isSpaceFile(file, loadOptions()))),
    environments: () => headsOf(environmentFiles()),
    faults: () => faults.map(demandingLine),
    actions: () => actions.map(demandingLine),
    probes: () => probes.map(line),
    workloads: () => workloads.map(line),
    checks: () => checkers.map(line),
  };
  if (what !== undefined && !Object.hasOwn(lists, what)) {
    throw new ChaosError(
      'usage',
      `there is no list "${what}"${didYouMean(what, LISTS) || `; expected one of ${LISTS.join(', ')}`}`,
    );
  }
  const chosen = LISTS.filter((name) => what === undefined || name === what);
  const filled = chosen.map((name) => [name, lists[name]()] as const);
  if (options.json === true) printJson(Object.fromEntries(filled));
  else print(filled.map(([name, lines]) => text(name, lines)).join('\n\n'));
  return Promise.resolve(ExitCode.pass);
}

function line(extension: { kind: string; summary: string }): Line {
  return { name: extension.kind, summary: extension.summary };
}

/** Adds what this machine lacks for each kind. */
function demandingLine(extension: { kind: string; summary: string; requires: readonly Capability[] }): Line {
  const { name, summary } = line(extension);
  const reason = reasonAgainst(extension.requires, onMachine(driverOffer('process'), surveyMachine()));
  return { name, summary: reason === null ? summary : `${summary} (not on this machine: needs ${reason})` };
}

/** The files of the working directory, and those that ship with the program. */
function environmentFiles(): string[] {
  return [process.cwd(), packageFolder()].flatMap((base) => yamlFilesIn(join(base, 'environments')));
}

/** One line for each name: of two files with one name the first counts. */
function headsOf(files: readonly string[]): Line[] {
  const lines = files
    .map((file) => headOf(file, loadOptions()))
    .map(({ name, title }) => ({ name, summary: title }));
  return [...new Map(lines.map((one) => [one.name, one])).values()];
}

function text(title: string, lines: Line[]): string {
  const width = Math.max(0, ...lines.map(({ name }) => name.length));
  return [title, ...lines.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)].join('\n');
}

import { readDocument, spanOf, type Document } from './source/document.ts';
import type { Environment } from './schema/environment.ts';
import type { Experiment } from './schema/experiment.ts';
import { findEnvironment, overridingEnvironment } from './source/find-environment.ts';
import type { Variables } from './source/interpolate.ts';
import { inventoryOf, type Inventory } from './resolve/inventory.ts';
import { field, textOf } from './source/lenient.ts';
import { valueAt, type Pointer } from './source/pointer.ts';
import { InvalidFileError, type Problem } from './source/problem.ts';
import { resolveValue } from './resolve/values.ts';
import { type Redactor } from '../support/redaction.ts';
import { redactProblems } from './source/secrets.ts';
import { problemAt, readSource } from './source/source.ts';
import { withTemplates } from './source/templates.ts';
import { schemas } from './schema/validators.ts';

export interface LoadOptions {
  /** Where `${VAR}` comes from. */
  env: Variables;
  /** The folder that paths are relative to, also when they are shown; left out: that of the process. */
  cwd?: string;
  /** Values that replace those in the files: of the command line, and the version that an experiment names. */
  overrides?: Overrides;
  /** Called with every value under `secrets` of each file that is read, also when the file has errors. */
  learn?(secrets: readonly string[]): void;
}

export interface Overrides {
  nats?: string;
  /** The name of an environment or the path of its file, for experiments in place of their own. */
  environment?: string;
}

/** A file that has been read and is valid. */
export interface LoadedFile<T> {
  value: T;
  /** As the user would write it. */
  file: string;
  /** The text, with every secret replaced. */
  source: string;
  /** Whether the file itself has a value there; if not, the value is a default. */
  declares(pointer: Pointer): boolean;
  /** A problem at one place of the file, for errors that are detected later. */
  problem(pointer: Pointer, message: string): Problem;
}

export interface LoadedExperiment {
  experiment: LoadedFile<Experiment>;
  environment: LoadedFile<Environment>;
  warnings: Problem[];
  /** Replaces the secrets of both files in a text: everything that is printed or saved goes through it. */
  redact: Redactor;
}

/** The problems of a file; `loaded` is there when none of them is an error. */
export interface Examination<T> {
  problems: Problem[];
  loaded?: T;
}

export function readFile(file: string, options: LoadOptions): Document {
  const document = readDocument(readSource(file, options.cwd ?? process.cwd()), options.env);
  options.learn?.(document.secrets);
  return isEnvironment(document) ? withTemplates(document) : document;
}

/** An experiment may name a version of its own; that of the command line comes first. */
export function withVersionOf({ value }: Document, options: LoadOptions): LoadOptions {
  const nats = options.overrides?.nats ?? textOf(field(value, 'nats'));
  return nats === undefined ? options : { ...options, overrides: { ...options.overrides, nats } };
}

/** With the version of nats-server that is named in its place, if one is: settings are checked against that one. */
export function inventoryFor({ value }: Document, { overrides }: LoadOptions): Inventory {
  const inventory = inventoryOf(value);
  return overrides?.nats === undefined ? inventory : { ...inventory, nats: overrides.nats };
}

export function isEnvironment({ value }: Document): boolean {
  return field(value, 'clusters') !== undefined && field(value, 'method') === undefined;
}

export function examining<T>(examine: () => Examination<T>): Examination<T> {
  try {
    return examine();
  } catch (thrown) {
    if (thrown instanceof InvalidFileError) return { problems: [...thrown.problems] };
    throw thrown;
  }
}

export function loadedOrThrow<T>({ problems, loaded }: Examination<T>): T {
  if (loaded === undefined) throw new InvalidFileError(problems);
  return loaded;
}

/** The environment that an experiment names, as far as it can be read, and the problems of finding it. */
export function environmentOf(
  experiment: Document,
  options: LoadOptions,
): { environment: Document | null; problems: Problem[] } {
  const wanted = options.overrides?.environment;
  if (wanted !== undefined) {
    const path = overridingEnvironment(wanted, experiment.source.path, options.cwd ?? process.cwd());
    return environmentAt(path, options);
  }
  const reference = textOf(field(experiment.value, 'environment'));
  if (reference === undefined || reference === '' || experiment.unreadable.has('/environment')) {
    return { environment: null, problems: [] };
  }
  const cwd = options.cwd ?? process.cwd();
  const found = findEnvironment(reference, experiment.source.path, cwd);
  if (found.path === undefined) {
    const span = spanOf(experiment, '/environment');
    return { environment: null, problems: [problemAt(experiment.source, span, found.problem)] };
  }
  return environmentAt(found.path, options);
}

function environmentAt(
  path: string,
  options: LoadOptions,
): { environment: Document | null; problems: Problem[] } {
  try {
    return { environment: readFile(path, options), problems: [] };
  } catch (thrown) {
    if (!(thrown instanceof InvalidFileError)) throw thrown;
    return { environment: null, problems: [...thrown.problems] };
  }
}

export function loadedFile<T>(
  which: keyof typeof schemas,
  document: Document,
  redact: Redactor,
): LoadedFile<T> {
  return {
    value: resolveValue(schemas[which], document.value) as T,
    file: document.source.file,
    source: redact(document.text),
    declares: (pointer) => valueAt(document.value, pointer) !== undefined,
    problem: (pointer, message) => {
      const problem = problemAt(document.source, spanOf(document, pointer), message);
      return redactProblems([problem], redact)[0] ?? problem;
    },
  };
}

export function withOverrides(
  file: LoadedFile<Environment>,
  { overrides }: LoadOptions,
): LoadedFile<Environment> {
  return overrides?.nats === undefined ? file : { ...file, value: { ...file.value, nats: overrides.nats } };
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

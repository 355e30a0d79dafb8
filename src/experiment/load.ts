import { basename, extname } from 'node:path';
import { environmentProblems, experimentProblems } from './check.ts';
import { readDocument, spanOf, type Document } from './document.ts';
import type { Environment } from './environment-schema.ts';
import type { Experiment } from './experiment-schema.ts';
import { findEnvironment, overridingEnvironment } from './find-environment.ts';
import type { Variables } from './interpolate.ts';
import { inventoryOf } from './inventory.ts';
import { field, textOf } from './lenient.ts';
import { valueAt, type Pointer } from './pointer.ts';
import { InvalidFileError, type Problem } from './problem.ts';
import { resolveValue } from './resolve.ts';
import { redactor, redactProblems, type Redactor } from './secrets.ts';
import { problemAt, readSource } from './source.ts';
import { schemas } from './validators.ts';

export interface LoadOptions {
  /** Where `${VAR}` comes from. */
  env: Variables;
  /** What paths are relative to, and shown relative to; the process's own when left out. */
  cwd?: string;
  /** Values from the command line that take the place of those in the files. */
  overrides?: Overrides;
}

export interface Overrides {
  nats?: string;
  /** The name of an environment or the path of its file, for experiments in place of their own. */
  environment?: string;
}

/** A file that has been read and found right. */
export interface LoadedFile<T> {
  value: T;
  /** As the user would write it. */
  file: string;
  /** The text, with every secret replaced. */
  source: string;
  /** Whether the file itself says something there; elsewhere the value holds a default. */
  declares(pointer: Pointer): boolean;
  /** A complaint about one place of the file, for what only comes to light later. */
  problem(pointer: Pointer, message: string): Problem;
}

export interface LoadedExperiment {
  experiment: LoadedFile<Experiment>;
  environment: LoadedFile<Environment>;
  warnings: Problem[];
  /** Takes the secrets of both files out of a text: everything that is printed or kept goes through it. */
  redact: Redactor;
}

/** What is right and wrong with a file; `loaded` is there when nothing is wrong. */
export interface Examination<T> {
  problems: Problem[];
  loaded?: T;
}

/**
 * Reads an experiment and its environment: every default filled in, every quantity a number.
 *
 * @throws InvalidFileError with every problem of both files
 */
export function loadExperiment(file: string, options: LoadOptions): LoadedExperiment {
  return loadedOrThrow(examineExperiment(file, options));
}

/** @throws InvalidFileError with every problem of the file */
export function loadEnvironment(file: string, options: LoadOptions): LoadedFile<Environment> {
  return loadedOrThrow(examineEnvironment(file, options));
}

/** Like `loadExperiment`, for those who want to go on after a problem. */
export function examineExperiment(file: string, options: LoadOptions): Examination<LoadedExperiment> {
  return examining(() => experimentExamination(readFile(file, options), options));
}

/** Like `loadEnvironment`, for those who want to go on after a problem. */
function examineEnvironment(file: string, options: LoadOptions): Examination<LoadedFile<Environment>> {
  return examining(() => environmentExamination(readFile(file, options), options));
}

/** What is wrong with a file, be it an environment or an experiment. */
export function examineFile(file: string, options: LoadOptions): Problem[] {
  const { problems } = examining<unknown>(() => {
    const document = readFile(file, options);
    return isEnvironment(document)
      ? environmentExamination(document, options)
      : experimentExamination(document, options);
  });
  return problems;
}

/** Whether a file is an environment rather than an experiment, by what is in it. */
export function isEnvironmentFile(file: string, options: LoadOptions): boolean {
  try {
    return isEnvironment(readFile(file, options));
  } catch (thrown) {
    if (thrown instanceof InvalidFileError) return false;
    throw thrown;
  }
}

/** What a file calls itself, as far as it can be read: lists show files with errors too. */
export function headOf(file: string, options: LoadOptions): { name: string; title: string } {
  const fallback = basename(file, extname(file));
  try {
    const { value } = readFile(file, options);
    const name = textOf(field(value, 'name')) ?? fallback;
    return { name, title: textOf(field(value, 'title')) ?? '(no title)' };
  } catch (thrown) {
    if (!(thrown instanceof InvalidFileError)) throw thrown;
    return { name: fallback, title: '(cannot be read)' };
  }
}

function readFile(file: string, options: LoadOptions): Document {
  return readDocument(readSource(file, options.cwd ?? process.cwd()), options.env);
}

function isEnvironment({ value }: Document): boolean {
  return field(value, 'clusters') !== undefined && field(value, 'method') === undefined;
}

function experimentExamination(document: Document, options: LoadOptions): Examination<LoadedExperiment> {
  const { environment, problems: naming } = environmentOf(document, options);
  const inventory = environment === null ? null : inventoryOf(environment.value);
  const redact = redactor([...document.secrets, ...(environment?.secrets ?? [])]);
  const found = [
    ...experimentProblems(document, inventory, naming),
    ...(environment === null || inventory === null ? [] : environmentProblems(environment, inventory)),
  ];
  const problems = redactProblems(found, redact);
  if (environment === null || hasErrors(problems)) return { problems };
  return {
    problems,
    loaded: {
      experiment: loadedFile<Experiment>('experiment', document, redact),
      environment: withOverrides(loadedFile<Environment>('environment', environment, redact), options),
      warnings: problems,
      redact,
    },
  };
}

function environmentExamination(
  document: Document,
  options: LoadOptions,
): Examination<LoadedFile<Environment>> {
  const redact = redactor(document.secrets);
  const problems = redactProblems(environmentProblems(document, inventoryOf(document.value)), redact);
  if (hasErrors(problems)) return { problems };
  return {
    problems,
    loaded: withOverrides(loadedFile<Environment>('environment', document, redact), options),
  };
}

function examining<T>(examine: () => Examination<T>): Examination<T> {
  try {
    return examine();
  } catch (thrown) {
    if (thrown instanceof InvalidFileError) return { problems: [...thrown.problems] };
    throw thrown;
  }
}

function loadedOrThrow<T>({ problems, loaded }: Examination<T>): T {
  if (loaded === undefined) throw new InvalidFileError(problems);
  return loaded;
}

/** The environment that an experiment names, as far as it can be read, and what is wrong with naming it so. */
function environmentOf(
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

function loadedFile<T>(which: keyof typeof schemas, document: Document, redact: Redactor): LoadedFile<T> {
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

function withOverrides(file: LoadedFile<Environment>, { overrides }: LoadOptions): LoadedFile<Environment> {
  return overrides?.nats === undefined ? file : { ...file, value: { ...file.value, nats: overrides.nats } };
}

function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

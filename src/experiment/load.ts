import { basename, extname } from 'node:path';
import { environmentProblems, experimentProblems, exploreSchemaProblems } from './rules/problems.ts';
import { spaceProblems } from './rules/space-problems.ts';
import { readDocument, spanOf, type Document } from './source/document.ts';
import type { Environment } from './schema/environment.ts';
import type { Experiment } from './schema/experiment.ts';
import { findEnvironment, overridingEnvironment } from './source/find-environment.ts';
import type { Variables } from './source/interpolate.ts';
import { inventoryOf, type Inventory } from './resolve/inventory.ts';
import { isMap } from './schema/json-schema.ts';
import { field, textOf, textsOf } from './source/lenient.ts';
import { valueAt, type Pointer } from './source/pointer.ts';
import { InvalidFileError, type Problem } from './source/problem.ts';
import { whenScaled } from './resolve/services.ts';
import { sampleEnvironments, sampleExperiments } from './resolve/space-samples.ts';
import { spaceOf, type Space } from './resolve/space.ts';
import { resolveValue } from './resolve/values.ts';
import { redactor, type Redactor } from '../support/redaction.ts';
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

/** An experiment with a space in place of a method. */
export interface LoadedSpace {
  space: Space;
  name: string;
  title: string;
  /** As the user would write it. */
  file: string;
  /** The experiment without `explore`, and its environment, as plain data: variables filled in, defaults and units as written. */
  pair: { experiment: Record<string, unknown>; environment: Record<string, unknown> };
  environmentPath: string;
  /** The texts of both files. */
  sources: readonly [string, string];
  /** An experiment that has every fault and action of the space, so that its needs are those of the space. */
  sample: LoadedExperiment;
  warnings: Problem[];
}

/**
 * Reads an experiment that has `explore` in place of `method`.
 *
 * @throws InvalidFileError with every problem of both files
 */
export function loadSpace(file: string, options: LoadOptions): LoadedSpace {
  return loadedOrThrow(
    examining(() => {
      const document = readFile(file, options);
      if (!isSpace(document)) return { problems: [noSpace(document)] };
      return spaceExamination(document, options);
    }),
  );
}

/** Whether a file has `explore` in place of `method`, by what is in it. */
export function isSpaceFile(file: string, options: LoadOptions): boolean {
  try {
    return isSpace(readFile(file, options));
  } catch (thrown) {
    if (thrown instanceof InvalidFileError) return false;
    throw thrown;
  }
}

/** Like `loadExperiment`, but returns the problems instead of throwing them. */
export function examineExperiment(file: string, options: LoadOptions): Examination<LoadedExperiment> {
  return examining(() => {
    const document = readFile(file, options);
    if (isSpace(document)) return { problems: [noMethod(document)] };
    return experimentExamination(document, options);
  });
}

/** Like `loadEnvironment`, but returns the problems instead of throwing them. */
function examineEnvironment(file: string, options: LoadOptions): Examination<LoadedFile<Environment>> {
  return examining(() => environmentExamination(readFile(file, options), options));
}

/** The problems of a file, which may be an environment or an experiment. */
export function examineFile(file: string, options: LoadOptions): Problem[] {
  const { problems } = examining<unknown>(() => {
    const document = readFile(file, options);
    if (isEnvironment(document)) return environmentExamination(document, options);
    return isSpace(document) ? spaceExamination(document, options) : experimentExamination(document, options);
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

/** The name and title of a file, as far as they can be read: lists show files with errors too. */
export function headOf(file: string, options: LoadOptions): { name: string; title: string } {
  const fallback = basename(file, extname(file));
  try {
    const document = readFile(file, options);
    const { value } = document;
    // Its title may contain secrets of its environment: `learn` must hear of them.
    if (!isEnvironment(document)) environmentOf(document, options);
    const name = textOf(field(value, 'name')) ?? fallback;
    return { name, title: textOf(field(value, 'title')) ?? '(no title)' };
  } catch (thrown) {
    if (!(thrown instanceof InvalidFileError)) throw thrown;
    return { name: fallback, title: '(cannot be read)' };
  }
}

/** The tags of a file, also of one with errors; null for one that cannot be read as YAML, whose tags nobody knows. */
export function tagsOf(file: string, options: LoadOptions): string[] | null {
  try {
    const { value } = readFile(file, options);
    return isMap(value) ? textsOf(value['tags']) : null;
  } catch (thrown) {
    if (thrown instanceof InvalidFileError) return null;
    throw thrown;
  }
}

function readFile(file: string, options: LoadOptions): Document {
  const document = readDocument(readSource(file, options.cwd ?? process.cwd()), options.env);
  options.learn?.(document.secrets);
  return isEnvironment(document) ? withTemplates(document) : document;
}

/** An experiment may name a version of its own; that of the command line comes first. */
function withVersionOf({ value }: Document, options: LoadOptions): LoadOptions {
  const nats = options.overrides?.nats ?? textOf(field(value, 'nats'));
  return nats === undefined ? options : { ...options, overrides: { ...options.overrides, nats } };
}

/** With the version of nats-server that is named in its place, if one is: settings are checked against that one. */
function inventoryFor({ value }: Document, { overrides }: LoadOptions): Inventory {
  const inventory = inventoryOf(value);
  return overrides?.nats === undefined ? inventory : { ...inventory, nats: overrides.nats };
}

function isEnvironment({ value }: Document): boolean {
  return field(value, 'clusters') !== undefined && field(value, 'method') === undefined;
}

function isSpace({ value }: Document): boolean {
  return field(value, 'explore') !== undefined && field(value, 'method') === undefined;
}

function noMethod(document: Document): Problem {
  const message = `this is a space of runs, not one run: \`chaos explore ${document.source.file}\` searches it`;
  return problemAt(document.source, spanOf(document, '/explore', 'key'), message);
}

function noSpace(document: Document): Problem {
  const message =
    'this file has no `explore`, a space to draw runs from: `chaos run` carries out an experiment';
  return problemAt(document.source, spanOf(document, '/method', 'key'), message);
}

function spaceExamination(document: Document, options: LoadOptions): Examination<LoadedSpace> {
  const { environment, problems: naming } = environmentOf(document, options);
  const wanted = withVersionOf(document, options);
  const space = spaceOf(document.value, schemas);
  const samples = sampleExperiments(document, space);
  const redact = redactor([...document.secrets, ...(environment?.secrets ?? [])]);
  const inventory = environment === null ? null : inventoryFor(environment, wanted);
  const own = environment === null || inventory === null ? [] : environmentProblems(environment, inventory);
  const changed = environment === null ? [] : sampleEnvironments(document, environment, space);
  const bySchema = exploreSchemaProblems(document);
  const problems = redactProblems(
    unique([
      ...naming,
      ...bySchema,
      ...spaceProblems(document, space, environment?.value),
      ...unsaid(
        bySchema,
        samples.flatMap((sample) =>
          experimentProblems(sample, inventory && whenScaled(inventory, sample.value)),
        ),
      ),
      ...own,
      ...changed.flatMap((sample) =>
        newProblems(own, environmentProblems(sample, inventoryFor(sample, wanted))),
      ),
    ]),
    redact,
  );
  const [sample] = samples;
  if (environment === null || sample === undefined || hasErrors(problems)) return { problems };
  const value = document.value as Record<string, unknown>;
  const experiment = Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'explore'));
  return {
    problems,
    loaded: {
      space,
      name: textOf(value['name']) ?? '',
      title: textOf(value['title']) ?? '',
      file: document.source.file,
      pair: { experiment, environment: environment.value as Record<string, unknown> },
      environmentPath: environment.source.path,
      sources: [document.text, environment.text],
      sample: {
        experiment: loadedFile<Experiment>('experiment', sample, redact),
        environment: withOverrides(loadedFile<Environment>('environment', environment, redact), wanted),
        warnings: problems,
        redact,
      },
      warnings: problems,
    },
  };
}

/** A field that a kind does not have, or lacks, is said of the space alone, and not again of its samples. */
function unsaid(said: readonly Problem[], problems: readonly Problem[]): Problem[] {
  const what = ({ line, message }: Problem): string => `${line} ${/^[^;:]*/.exec(message)?.[0] ?? ''}`;
  const known = new Set(said.map(what));
  return problems.filter((problem) => !known.has(what(problem)));
}

/** Several samples of a space show the same problem. */
function unique(problems: readonly Problem[]): Problem[] {
  const known = new Map(problems.map((one) => [`${one.file}:${one.line}:${one.column}:${one.message}`, one]));
  return [...known.values()].sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
  );
}

/** What a changed environment has wrong beside what it has anyway. */
function newProblems(before: readonly Problem[], after: readonly Problem[]): Problem[] {
  const known = new Set(before.map(({ message }) => message));
  return after.filter(({ message }) => !known.has(message));
}

function experimentExamination(document: Document, options: LoadOptions): Examination<LoadedExperiment> {
  const { environment, problems: naming } = environmentOf(document, options);
  const wanted = withVersionOf(document, options);
  const inventory = environment === null ? null : inventoryFor(environment, wanted);
  const redact = redactor([...document.secrets, ...(environment?.secrets ?? [])]);
  const all = [
    ...experimentProblems(document, inventory && whenScaled(inventory, document.value), naming),
    ...(environment === null || inventory === null ? [] : environmentProblems(environment, inventory)),
  ];
  const problems = redactProblems(all, redact);
  if (environment === null || hasErrors(problems)) return { problems };
  return {
    problems,
    loaded: {
      experiment: loadedFile<Experiment>('experiment', document, redact),
      environment: withOverrides(loadedFile<Environment>('environment', environment, redact), wanted),
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
  const problems = redactProblems(environmentProblems(document, inventoryFor(document, options)), redact);
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

/** The environment that an experiment names, as far as it can be read, and the problems of finding it. */
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

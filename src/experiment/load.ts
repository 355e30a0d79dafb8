import { basename, extname } from 'node:path';
import { environmentProblems, experimentProblems } from './rules/problems.ts';
import type { Document } from './source/document.ts';
import type { Environment } from './schema/environment.ts';
import type { Experiment } from './schema/experiment.ts';
import { isMap } from './schema/json-schema.ts';
import { field, textOf, textsOf } from './source/lenient.ts';
import { InvalidFileError, type Problem } from './source/problem.ts';
import { whenScaled } from './resolve/services.ts';
import { redactor } from '../support/redaction.ts';
import { redactProblems } from './source/secrets.ts';
import {
  environmentOf,
  examining,
  hasErrors,
  inventoryFor,
  isEnvironment,
  loadedFile,
  loadedOrThrow,
  readFile,
  withOverrides,
  withVersionOf,
  type Examination,
  type LoadedExperiment,
  type LoadedFile,
  type LoadOptions,
} from './files.ts';
import { isSpace, noMethod, spaceExamination } from './load-space.ts';

export type { LoadedExperiment, LoadedFile, LoadOptions, Overrides } from './files.ts';
export { loadSpace, type LoadedSpace } from './load-space.ts';

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
  return examineAny(file, options).problems;
}

/** The problems of a file, and the environment that it is or names, when none of them is an error. */
export function examineAny(file: string, options: LoadOptions): Examination<LoadedFile<Environment>> {
  return examining(() => {
    const document = readFile(file, options);
    if (isEnvironment(document)) return environmentExamination(document, options);
    const { problems, loaded } = isSpace(document)
      ? sampleExamination(document, options)
      : experimentExamination(document, options);
    return loaded === undefined ? { problems } : { problems, loaded: loaded.environment };
  });
}

function sampleExamination(document: Document, options: LoadOptions): Examination<LoadedExperiment> {
  const { problems, loaded } = spaceExamination(document, options);
  return loaded === undefined ? { problems } : { problems, loaded: loaded.sample };
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

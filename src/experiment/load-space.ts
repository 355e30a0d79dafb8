import { environmentProblems, experimentProblems, exploreSchemaProblems } from './rules/problems.ts';
import { spaceProblems } from './rules/space-problems.ts';
import { spanOf, type Document } from './source/document.ts';
import type { Environment } from './schema/environment.ts';
import type { Experiment } from './schema/experiment.ts';
import { field, textOf } from './source/lenient.ts';
import type { Problem } from './source/problem.ts';
import { whenScaled } from './resolve/services.ts';
import { sampleEnvironments, sampleExperiment, sampleExperiments } from './resolve/space-samples.ts';
import { spaceOf, type Space, type SpaceItem } from './resolve/space.ts';
import { redactor } from '../support/redaction.ts';
import { redactProblems } from './source/secrets.ts';
import { problemAt } from './source/source.ts';
import { schemas } from './schema/validators.ts';
import {
  environmentOf,
  examining,
  hasErrors,
  inventoryFor,
  loadedFile,
  loadedOrThrow,
  readFile,
  withOverrides,
  withVersionOf,
  type Examination,
  type LoadedExperiment,
  type LoadOptions,
} from './files.ts';

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
  /** The same with these faults and actions only; with none, it has what every run has. */
  sampleOf: (items: readonly SpaceItem[]) => LoadedExperiment;
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

export function isSpace({ value }: Document): boolean {
  return field(value, 'explore') !== undefined && field(value, 'method') === undefined;
}

export function noMethod(document: Document): Problem {
  const message = `this is a space of runs, not one run: \`chaos explore ${document.source.file}\` searches it`;
  return problemAt(document.source, spanOf(document, '/explore', 'key'), message);
}

function noSpace(document: Document): Problem {
  const message =
    'this file has no `explore`, a space to draw runs from: `chaos run` carries out an experiment';
  return problemAt(document.source, spanOf(document, '/method', 'key'), message);
}

export function spaceExamination(document: Document, options: LoadOptions): Examination<LoadedSpace> {
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
  if (environment === null || hasErrors(problems)) return { problems };
  const loaded = withOverrides(loadedFile<Environment>('environment', environment, redact), wanted);
  const sampleOf = (items: readonly SpaceItem[]): LoadedExperiment => ({
    experiment: loadedFile<Experiment>(
      'experiment',
      sampleExperiment(document, { ...space, items: [...items] }),
      redact,
    ),
    environment: loaded,
    warnings: problems,
    redact,
  });
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
      sample: sampleOf(space.items),
      sampleOf,
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

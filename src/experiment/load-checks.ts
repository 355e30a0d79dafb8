import { inventoryOf } from './resolve/inventory.ts';
import { resolveValue } from './resolve/values.ts';
import { checksProblems } from './rules/problems.ts';
import type { Item } from './schema/common.ts';
import { schemas } from './schema/validators.ts';
import { readDocument, type Document } from './source/document.ts';
import type { Variables } from './source/interpolate.ts';
import { InvalidFileError } from './source/problem.ts';
import { readSource } from './source/source.ts';

/** What checks may name. */
export interface Checkable {
  /** Kind by name. */
  workloads: Readonly<Record<string, string>>;
  /** `cluster/stream`. */
  streams: readonly string[];
  /** `cluster/stream/consumer`. */
  consumers: readonly string[];
}

/**
 * Reads a file that is a list of checks, as `checks` of an experiment is one.
 *
 * @throws InvalidFileError with every problem of the file, each with its line
 */
export function loadChecks(
  file: string,
  options: { env: Variables; cwd?: string },
  { workloads, streams, consumers }: Checkable,
): Item[] {
  const list = readDocument(readSource(file, options.cwd ?? process.cwd()), options.env);
  const kinds = Object.fromEntries(Object.entries(workloads).map(([name, kind]) => [name, { kind }]));
  const document: Document = {
    ...list,
    value: { workloads: kinds, checks: list.value },
    places: new Map([...list.places].map(([pointer, place]) => [`/checks${pointer}`, place])),
    unreadable: new Set([...list.unreadable].map((pointer) => `/checks${pointer}`)),
  };
  const inventory = inventoryOf({
    clusters: Object.fromEntries(streams.map((stream) => [stream.split('/')[0] ?? '', {}])),
    streams: Object.fromEntries(streams.map((stream) => [stream, {}])),
    consumers: Object.fromEntries(consumers.map((consumer) => [consumer, {}])),
  });
  const problems = list.value === undefined ? list.problems : checksProblems(document, inventory);
  if (problems.some(({ severity }) => severity === 'error')) throw new InvalidFileError(problems);
  return resolveValue(schemas.experiment.properties?.['checks'] ?? {}, list.value) as Item[];
}

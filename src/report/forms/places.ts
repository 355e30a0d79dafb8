import { readDocument, spanOf } from '../../experiment/document.ts';
import { valueAt, type Pointer } from '../../experiment/pointer.ts';
import { problemAt, sourceOf } from '../../experiment/source.ts';
import type { SavedRun } from '../schema.ts';

export interface Place {
  /** Both from 1, as editors count. */
  line: number;
  column: number;
}

/**
 * Finds the items of a run's experiment in its text as it was saved, so that it works offline. What is not there is
 * placed at the nearest thing around it.
 */
export function placesOf({ experiment }: Pick<SavedRun, 'experiment'>): (pointer: Pointer) => Place {
  const source = sourceOf(experiment.source, experiment.file);
  const document = readDocument(source, {});
  const limits = limitPointers(document.value);
  return (pointer) => {
    const limit = /^\/thresholds\/#(\d+)$/.exec(pointer);
    const wanted = limit === null ? pointer : (limits[Number(limit[1])] ?? '/thresholds');
    const { line, column } = problemAt(source, spanOf(document, wanted), '');
    return { line, column };
  };
}

const LATENCY_LIMITS = ['p50', 'p90', 'p99', 'p999', 'max'] as const;

/** Where each result of the thresholds is stated: one latency item may state several. */
function limitPointers(experiment: unknown): Pointer[] {
  const items = valueAt(experiment, '/thresholds');
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, at) => {
    const pointer = `/thresholds/${at}`;
    if (valueAt(item, '/metric') !== 'publish-latency') return [pointer];
    return LATENCY_LIMITS.filter((name) => valueAt(item, `/${name}`) !== undefined).map(
      (name) => `${pointer}/${name}`,
    );
  });
}

import { readDocument, spanOf } from '../../experiment/source/document.ts';
import { valueAt, type Pointer } from '../../experiment/source/pointer.ts';
import { problemAt, sourceOf } from '../../experiment/source/source.ts';
import type { SavedRun } from '../schema.ts';

export interface Place {
  /** Both from 1, as editors count. */
  line: number;
  column: number;
}

/**
 * Finds the items of a run's experiment in its saved text, so that it works offline. An item that is not there gets the
 * place of the nearest enclosing item.
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

const LATENCY_LIMITS = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

/** Where each result of the thresholds is stated: one latency item may state several. */
function limitPointers(experiment: unknown): Pointer[] {
  const items = valueAt(experiment, '/thresholds');
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, at) => {
    const pointer = `/thresholds/${at}`;
    const metric = valueAt(item, '/metric');
    if (metric !== 'publish-latency' && metric !== 'latency') return [pointer];
    return LATENCY_LIMITS.filter((name) => valueAt(item, `/${name}`) !== undefined).map(
      (name) => `${pointer}/${name}`,
    );
  });
}

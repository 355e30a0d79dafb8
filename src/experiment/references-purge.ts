import type { Complaints } from './complaints.ts';
import { field, itemsOf, textOf } from './lenient.ts';

/** A purge takes acknowledged messages away: a check that looks for loss in that stream will find it. */
export function checkPurges(value: unknown, complaints: Complaints): void {
  const guarded = new Map(
    itemsOf(field(value, 'checks')).flatMap((check) => {
      const name = field(check, 'kind') === 'no-loss' ? textOf(field(check, 'published')) : undefined;
      const stream =
        name === undefined ? undefined : textOf(field(field(field(value, 'workloads'), name), 'stream'));
      return name === undefined || stream === undefined ? [] : [[stream, name] as const];
    }),
  );
  itemsOf(field(value, 'method')).forEach((phase, i) => {
    itemsOf(field(phase, 'actions')).forEach((action, j) => {
      const stream = field(action, 'kind') === 'purge' ? textOf(field(action, 'stream')) : undefined;
      const workload = stream === undefined ? undefined : guarded.get(stream);
      if (stream === undefined || workload === undefined) return;
      complaints.warning(
        `/method/${i}/actions/${j}`,
        `this takes away what was acknowledged: no-loss will call the messages lost that ${workload} had in ${stream} by then`,
      );
    });
  });
}

import type { Space } from '../experiment/resolve/space.ts';
import type { RunTemplate } from './run-files.ts';
import type { Schedule, ScheduledEvent } from './schedule.ts';

/** What the nodes of a cluster run, as far as a plan tells. */
interface Running {
  /** What the cluster was brought to last; null where that is not known. */
  release: string | null;
  /** Some of its nodes were brought to another one since. */
  mixed: boolean;
}

/**
 * The schedule with another release for each upgrade to the one that its cluster, or most of its nodes, run by then: it
 * would change nothing.
 */
export function realUpgrades({ space, pair, nats }: RunTemplate, schedule: Schedule): Schedule {
  const written = nats ?? pair.experiment['nats'] ?? pair.environment['nats'];
  const first: Running = { release: typeof written === 'string' ? written : null, mixed: false };
  const runs = new Map<string, Running>();
  const events = schedule.events.map((event) => {
    const cluster = upgradedBy(event);
    if (cluster === null) return event;
    const now = runs.get(cluster) ?? first;
    const isWhole = event.fields['cluster'] !== undefined;
    const real = isWhole && now.mixed ? event : asReal(space, event, now.release);
    runs.set(
      cluster,
      isWhole ? { release: String(real.fields['to']), mixed: false } : { ...now, mixed: true },
    );
    return real;
  });
  return { ...schedule, events };
}

/** The cluster whose nodes an event brings to another release, or null. */
function upgradedBy({ kind, fields }: ScheduledEvent): string | null {
  if (kind !== 'upgrade') return null;
  const { cluster, nodes } = fields as { cluster?: unknown; nodes?: unknown };
  const address: unknown = cluster ?? (Array.isArray(nodes) ? nodes[0] : nodes);
  return typeof address === 'string' ? (address.split(/[/@]/)[0] ?? null) : null;
}

/** The next of the releases that the space lists for it, where the one that was drawn runs already. */
function asReal({ items }: Space, event: ScheduledEvent, now: string | null): ScheduledEvent {
  const drawable = items.find(({ name }) => name === event.item)?.fields['to'];
  const listed = drawable !== undefined && 'values' in drawable ? drawable.values.map(String) : [];
  const drawn = String(event.fields['to']);
  if (now === null || !isSame(drawn, now)) return event;
  const at = listed.indexOf(drawn);
  const others = [...listed.slice(at + 1), ...listed.slice(0, Math.max(0, at))];
  const to = others.find((one) => !isSame(one, now));
  return to === undefined ? event : { ...event, fields: { ...event.fields, to } };
}

/** Whether one is a release of the series that the other is, or the same. */
function isSame(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}

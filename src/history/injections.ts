import type { FaultRecord } from './record.ts';

type Injection = Pick<FaultRecord, 'id' | 'inForce' | 'skipped'>;

/** The records of each fault of a plan, one for every time that it was to be injected: those of `kill#1` and `kill#1.2`. */
export function injectionsByFault<F extends Injection>(records: readonly F[]): F[][] {
  const faults = new Map<string, F[]>();
  for (const record of records) {
    const [id = ''] = record.id.split('.');
    faults.set(id, [...(faults.get(id) ?? []), record]);
  }
  return [...faults.values()];
}

/** Why the injections of one fault were too few for a verdict, or null where none or few of them were skipped. */
export function tooOftenSkipped(injections: readonly Injection[]): string | null {
  const skipped = injections.filter((one) => one.skipped !== undefined);
  const proven = injections.filter((one) => !skipped.includes(one) && one.inForce?.proven === true).length;
  if (skipped.length === 0 || skipped.length <= proven) return null;
  const first = `the first time because ${skipped[0]?.skipped ?? ''}`;
  return proven === 0
    ? `was never injected: it was skipped ${times(skipped.length)}, ${first}`
    : `was skipped more often than it was injected: ${skippedText(proven, skipped.length)}, ${first}`;
}

/** `injected 14 times, skipped 3 times` */
export function skippedText(injected: number, skipped: number): string {
  return `injected ${times(injected)}` + (skipped === 0 ? '' : `, skipped ${times(skipped)}`);
}

function times(n: number): string {
  return n === 1 ? 'once' : `${n} times`;
}

import { field, itemsOf, textOf, textsOf } from '../../source/lenient.ts';
import type { Pointer } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const workloadKinds: ExperimentRule = {
  name: 'workloads/kinds',
  demand: 'A check or threshold that needs a workload of some kind names one of that kind.',
  check({ value, cast, complaints }) {
    const expectKind = (name: string, kind: string | string[], pointer: Pointer): void => {
      const actual = cast.workloads.get(name);
      const kinds = [kind].flat();
      if (actual !== undefined && !kinds.includes(actual)) {
        complaints.error(
          pointer,
          `"${name}" is a ${actual} workload; expected a ${kinds.join(' or ')} workload`,
        );
      }
    };
    itemsOf(field(value, 'checks')).forEach((check, i) => {
      for (const [key, kind] of Object.entries(kindsFor(textOf(field(check, 'kind'))))) {
        const names = field(check, key);
        textsOf(names).forEach((name, j) => {
          expectKind(name, kind, `/checks/${i}/${key}${Array.isArray(names) ? `/${j}` : ''}`);
        });
      }
    });
    itemsOf(field(value, 'thresholds')).forEach((threshold, i) => {
      const name = textOf(field(threshold, 'workload'));
      if (name === undefined) return;
      const pointer = `/thresholds/${i}/workload`;
      const metric = textOf(field(threshold, 'metric')) ?? '';
      const kind = cast.workloads.get(name) ?? '';
      if (metric === 'latency' || metric === 'errors') {
        if (kind !== '' && !WITH_OPERATIONS.includes(kind))
          complaints.error(pointer, notOperations(name, kind, metric));
        return;
      }
      if (metric !== 'unavailability') {
        expectKind(name, 'publish', pointer);
        return;
      }
      if (WITHOUT_DUE_TIMES.includes(kind))
        complaints.error(
          pointer,
          `nobody knows when something was due to a ${kind} workload; expected one that sends`,
        );
    });
  },
};

/** Of checks that follow what was sent to consumers, and to what an application keeps. */
const KEPT = { published: ['publish', 'http'], received: ['consume', 'ledger'] };
/** Fields of checks that name workloads → the kind of these workloads. */
const KINDS: Record<string, Record<string, string | string[]>> = {
  'kv-linearizable': { workloads: 'kv' },
  'objects-intact': { workloads: 'object' },
  'assets-model': { workloads: 'assets' },
  answered: { requested: 'request', replied: 'reply' },
  isolated: { workloads: 'permissions' },
  'quota-held': { workloads: 'quota' },
  'at-most-once': {
    published: ['core-publish', 'mqtt-publish'],
    received: ['core-subscribe', 'mqtt-subscribe'],
  },
  'at-least-once': { published: ['mqtt-publish'], received: ['mqtt-subscribe'] },
  slo: { workload: ['http', 'request', 'publish'] },
  'no-loss': KEPT,
  'no-duplicates': KEPT,
  'no-phantoms': KEPT,
  'exactly-once': KEPT,
};
/** Those of all other checks. */
const USUAL: Record<string, string> = { published: 'publish', received: 'consume' };

function kindsFor(check = ''): Record<string, string | string[]> {
  return KINDS[check] ?? USUAL;
}

/** Workloads that carry out operations, each with an answer of its own. */
const WITH_OPERATIONS: readonly string[] = ['kv', 'object', 'assets', 'request', 'http'];

function notOperations(name: string, kind: string, metric: string): string {
  const meant = kind === 'publish' ? `; publish-${metric} is that of a publish workload` : '';
  return `"${name}" is a ${kind} workload; expected a kv, object, assets, request or http workload${meant}`;
}

/** Workloads that take what others send, and have nothing of which it is known that it waits for them. */
const WITHOUT_DUE_TIMES: readonly string[] = [
  'reply',
  'core-subscribe',
  'mqtt-subscribe',
  'permissions',
  'ledger',
];

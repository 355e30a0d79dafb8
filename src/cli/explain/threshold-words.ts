import type { Threshold } from '../../experiment/schema/experiment/thresholds.ts';
import type { Words } from './words.ts';

/** How each metric is measured; a new metric does not compile without a description. */
export const THRESHOLD_WORDS: Readonly<Record<Threshold['metric'], Words>> = {
  'recovery-time': {
    summary: 'How long the system takes from the last fault removed until the steady state holds again',
    proof:
      'The time from the proven removal of the last fault, or from its injection where it is still in force, until every condition of the steady state held. Where the steady state never came back, or was never seen lost, there is no figure: the latter is accepted only with `allowNeverLost: true`.',
    example: '{ metric: recovery-time, phase: recovery, max: 30s }',
  },
  unavailability: {
    summary: 'The longest time in which operations were due and none succeeded',
    proof:
      'Every operation of the workload with its time and outcome. Pauses, a finished count and times without anything to deliver do not count. Fewer than two operations without an outage are no measurement, and the threshold is inconclusive.',
    example: '{ metric: unavailability, workload: publish, phase: recovery, max: 5s }',
  },
  'publish-latency': {
    summary: 'How long publishes take to be acknowledged',
    proof:
      'Every publish of the phase, exact, no sample of them; one without an answer counts as slower than any limit, and refused ones are left out and counted. Without a publish it is inconclusive.',
    example: '{ metric: publish-latency, workload: publish, phase: recovery, p99: 100ms }',
  },
  'publish-errors': {
    summary: 'The share of publishes that fail or get no answer',
    proof: 'Every publish of the phase with its outcome. Without a publish it is inconclusive.',
    example: '{ metric: publish-errors, workload: publish, phase: recovery, max: 1% }',
  },
  latency: {
    summary: 'How long operations of a kv, object, assets or request workload take to be answered',
    proof:
      'Every operation of the phase, exact, no sample of them; one without an answer counts as slower than any limit, and one that failed is left out and counted. A refusal because a condition did not hold, or because something is there already or is not there, is an answer. Without an operation it is inconclusive.',
    example: '{ metric: latency, workload: kv, phase: recovery, p99: 100ms }',
  },
  errors: {
    summary: 'The share of operations of a kv, object, assets or request workload that fail or get no answer',
    proof:
      'Every operation of the phase with its outcome; a refusal because a condition did not hold is an answer. Without an operation it is inconclusive.',
    example: '{ metric: errors, workload: kv, phase: recovery, max: 1% }',
  },
};

import type { Reason } from '../verdict.ts';
import { isUndeclared } from '../undeclared.ts';
import { cutShort, endedEarly, methodRan, neverSteady, type JudgeInput, type Rule } from './rule.ts';

/** Whether enough was done and observed for an honest verdict. */
export const EVIDENCE_RULES: readonly Rule[] = [
  phases,
  actions,
  nothingDone,
  blindProbes,
  drain,
  nothingClaimed,
];

function phases({ record }: JudgeInput): Reason[] {
  const reasons: Reason[] = record.phases
    .filter((phase) => phase.outcome === 'aborted')
    .map((phase) =>
      inconclusive(
        `Phase ${phase.name} was aborted${phase.note === undefined ? '' : `: ${phase.note}`}`,
        `phase ${phase.name}`,
      ),
    );
  const skipped = record.phases.filter((phase) => phase.outcome === 'not-run').map((phase) => phase.name);
  // For an unsteady start or a run that was cut short there is a reason already.
  if (skipped.length > 0 && !neverSteady(record) && !endedEarly(record)) {
    reasons.push(inconclusive(`Not run: ${skipped.join(', ')}`, 'method'));
  }
  return reasons;
}

function actions({ record }: JudgeInput): Reason[] {
  return record.phases.flatMap((phase) =>
    phase.actions
      .filter(({ ok, mayFail }) => !ok && mayFail !== true)
      .map((action) =>
        inconclusive(
          `Action failed in phase ${phase.name}: ${action.title}` +
            (action.error === undefined ? '' : `: ${action.error}`),
          `phase ${phase.name}`,
        ),
      ),
  );
}

/** Where everything may fail or be skipped, something must have taken effect. */
function nothingDone({ record }: JudgeInput): Reason[] {
  if (!methodRan(record) || cutShort(record)) return [];
  const actions = record.phases.flatMap((phase) => phase.actions);
  const left = [
    ...actions.flatMap(({ ok, mayFail, title, error }) =>
      !ok && mayFail === true ? [{ title, why: error }] : [],
    ),
    ...record.faults.flatMap(({ title, skipped, maySkip }) =>
      skipped !== undefined && maySkip === true ? [{ title, why: skipped }] : [],
    ),
  ];
  const [first] = left;
  const done = actions.some(({ ok }) => ok) || record.faults.some((fault) => fault.inForce?.proven === true);
  if (first === undefined || done) return [];
  const text = `No fault and no action took effect: ${first.title}: ${first.why ?? ''}`;
  return [inconclusive(text, 'method')];
}

function blindProbes({ record }: JudgeInput): Reason[] {
  return record.probes
    .filter((probe) => probe.samples.every((s) => s.value === undefined && s.state === undefined))
    .filter((probe) => probe.samples.length > 0 || (methodRan(record) && !cutShort(record)))
    .map((probe) => {
      const error = probe.samples.find((sample) => sample.error !== undefined)?.error;
      return inconclusive(
        `The probe ${probe.id} never got a reading${error === undefined ? '' : `: ${error}`}`,
        `probe ${probe.id}`,
      );
    });
}

/** A check that fails needs no complete drain; one that passes does. */
function drain({ record, findings }: JudgeInput): Reason[] {
  if (record.drain === undefined || record.drain.ok) return [];
  if (findings.some((finding) => finding.verdict === 'fail')) return [];
  return [inconclusive(`The workloads did not drain: ${record.drain.note}`, 'drain')];
}

function nothingClaimed({ record, findings, thresholds }: JudgeInput): Reason[] {
  const claims =
    findings.filter((finding) => !isUndeclared(finding)).length +
    thresholds.length +
    record.steadyStateBefore.length +
    record.steadyStateAfter.length +
    record.phases.flatMap((phase) => [...phase.expectations, ...(phase.liveness?.targets ?? [])]).length;
  if (claims > 0 || cutShort(record)) return [];
  const text =
    'Nothing was claimed: the experiment has no steady state, no expectation, no check and no threshold';
  return [inconclusive(text, 'experiment')];
}

function inconclusive(text: string, source: string): Reason {
  return { verdict: 'inconclusive', text, source };
}

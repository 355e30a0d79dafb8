import { child, type Pointer } from '../../experiment/source/pointer.ts';
import { isUndeclared } from '../../verdict/undeclared.ts';
import { circumstancesText } from '../circumstances-text.ts';
import type { SavedRun } from '../schema.ts';
import { faultState, outcomeVerdict, phaseNotes } from '../summary-rows.ts';
import { Reasons } from './reasons.ts';

export type ClaimGroup =
  'run' | 'steady state' | 'phase' | 'fault' | 'undo' | 'action' | 'expectation' | 'check' | 'threshold';

/** `not-run`: the run ended before its turn came. */
export type ClaimOutcome = SavedRun['verdict'] | 'not-run';

/** One thing that the run claimed or did, and its outcome. */
export interface Claim {
  group: ClaimGroup;
  /** What it belongs to: the name of a phase, `before the method` … */
  where: string;
  name: string;
  outcome: ClaimOutcome;
  statement: string;
  /** Where it is in the experiment. */
  pointer: Pointer;
  /** How long it took, when that is known. */
  durationMs?: number;
}

/**
 * Every claim of a run, in the order in which they were made; problems of the run as a whole come first. Each is judged
 * as the verdict judged it: an expectation whose premise did not hold is inconclusive, not violated.
 */
export function claimsOf(saved: SavedRun): Claim[] {
  const reasons = new Reasons(saved.reasons);
  // No experiment declares that no server may crash, or violate an assertion of its own: these claims have no place in it.
  const crashes = saved.findings.filter(isUndeclared);
  const checks = saved.findings.filter((finding) => !isUndeclared(finding));
  const claims = [
    ...steadyBefore(saved, reasons),
    ...saved.phases.flatMap((phase, at) => phaseClaims(saved, phase, at, reasons)),
    ...steadyAfter(saved, reasons),
    ...crashes.map((finding) => findingClaim(finding, '', reasons)),
    ...checks.map((finding, at) => findingClaim(finding, `/checks/${at}`, reasons)),
    ...saved.thresholds.map((threshold, at) => thresholdClaim(threshold, at, reasons)),
  ];
  return [...wholeRunClaims(saved, reasons), ...claims];
}

type Phase = SavedRun['phases'][number];
type Result = Phase['expectations'][number];

/** The reasons that belong to no single claim; satisfied when there are none, so that every run has this claim. */
function wholeRunClaims(saved: SavedRun, reasons: Reasons): Claim[] {
  const base = { group: 'run', where: 'run', durationMs: saved.durationMs } as const;
  const rest = reasons.unclaimed();
  if (rest.length === 0) {
    const statement = 'nothing stands against the run as a whole';
    return [{ ...base, name: 'carried out', outcome: 'pass', statement, pointer: '' }];
  }
  return rest.map(({ verdict, text, source }) => ({
    ...base,
    name: source,
    outcome: verdict,
    statement: text,
    pointer: pointerOf(source),
  }));
}

function pointerOf(source: string): Pointer {
  if (source === 'stopWhen') return '/stopWhen';
  if (source === 'expect') return '/expect';
  if (source.startsWith('workload ')) return child('/workloads', source.slice('workload '.length));
  return source.startsWith('steady-state') ? '/steadyState' : '';
}

/** Without a steady state at the start the method is not run, so a steady state that does not hold is no failure. */
function steadyBefore({ steadyState }: SavedRun, reasons: Reasons): Claim[] {
  const unmet = steadyState.before.some((result) => result.outcome !== 'met');
  if (unmet) reasons.take('steady-state before', '');
  return steadyState.before.map((result, at) => ({
    ...steadyClaim(result, at, 'before the method'),
    outcome: result.outcome === 'met' ? 'pass' : 'inconclusive',
  }));
}

function steadyAfter({ steadyState }: SavedRun, reasons: Reasons): Claim[] {
  return steadyState.after.map((result, at) => {
    const said = reasons.take('steady-state after', `${result.probe}: ${result.statement}`);
    const outcome = said?.verdict ?? outcomeVerdict(result.outcome);
    return { ...steadyClaim(result, at, 'after the method'), outcome };
  });
}

function steadyClaim(result: Result, at: number, where: string): Omit<Claim, 'outcome'> {
  const name = `${result.probe} (${result.condition})`;
  return { group: 'steady state', where, name, statement: result.statement, pointer: `/steadyState/${at}` };
}

function phaseClaims(saved: SavedRun, phase: Phase, at: number, reasons: Reasons): Claim[] {
  const pointer = `/method/${at}`;
  const faults = saved.faults.filter((fault) => fault.phase === phase.name);
  return [
    phaseClaim(phase, pointer, reasons),
    ...faults.flatMap((fault, n) => faultClaims(fault, `${pointer}/faults/${n}`, reasons)),
    ...phase.actions.map((action, n): Claim => {
      const said = reasons.take(
        `phase ${phase.name}`,
        `Action failed in phase ${phase.name}: ${action.title}`,
      );
      return {
        group: 'action',
        where: phase.name,
        name: action.title,
        outcome: said?.verdict ?? (action.ok || action.mayFail === true ? 'pass' : 'inconclusive'),
        statement: action.error ?? action.evidence ?? '',
        pointer: `${pointer}/actions/${n}`,
      };
    }),
    ...phase.expectations.map((result, n) =>
      expectationClaim(phase, result, `${pointer}/expect/${n}`, reasons),
    ),
  ];
}

function phaseClaim(phase: Phase, pointer: Pointer, reasons: Reasons): Claim {
  const { name, startedAt, endedAt, outcome } = phase;
  const said = reasons.take(`phase ${name}`, `Phase ${name} `);
  const took = startedAt === undefined || endedAt === undefined ? {} : { durationMs: endedAt - startedAt };
  return {
    group: 'phase',
    where: name,
    name: 'completed',
    outcome: said?.verdict ?? phaseOutcome(outcome),
    statement: said?.text ?? [outcome, ...phaseNotes(phase)].join(', '),
    pointer,
    ...took,
  };
}

/** A phase that was stopped or cut short is not a reason of its own: the cause has its own reason. */
function phaseOutcome(outcome: Phase['outcome']): ClaimOutcome {
  if (outcome === 'completed') return 'pass';
  return outcome === 'timed-out' ? 'fail' : 'not-run';
}

/** Two claims: that it took effect, and that it was removed. */
function faultClaims(fault: SavedRun['faults'][number], pointer: Pointer, reasons: Reasons): Claim[] {
  const base = { where: fault.phase, name: fault.title, pointer };
  const source = `fault ${fault.id}`;
  const state = faultState(fault);
  const weak = reasons.take(source, '', 'inconclusive');
  const bad = reasons.takeAll(source, 'unclean');
  const proof: Claim = {
    ...base,
    group: 'fault',
    outcome: weak?.verdict ?? (fault.inForce?.proven === true ? 'pass' : 'not-run'),
    statement: weak?.text ?? fault.inForce?.statement ?? state.statement,
    ...(fault.inForce === undefined ? {} : { durationMs: fault.inForce.afterMs }),
  };
  if (fault.injectedAt === undefined && bad.length === 0) return [proof];
  const undo: Claim = {
    ...base,
    group: 'undo',
    outcome: bad[0]?.verdict ?? 'pass',
    statement: bad.map(({ text }) => text).join('; ') || (fault.removed?.statement ?? 'undone'),
    ...(fault.removed === undefined ? {} : { durationMs: fault.removed.afterMs }),
  };
  return [proof, undo];
}

function expectationClaim(phase: Phase, result: Result, pointer: Pointer, reasons: Reasons): Claim {
  const what = `${result.probe} (${result.condition})`;
  const said = reasons.take(`phase ${phase.name}`, `${what} in phase ${phase.name}: ${result.statement}`);
  return {
    group: 'expectation',
    where: phase.name,
    name: what,
    outcome: said?.verdict ?? outcomeVerdict(result.outcome),
    statement: said?.verdict === 'inconclusive' ? said.text : result.statement,
    pointer,
  };
}

function findingClaim(finding: SavedRun['findings'][number], pointer: Pointer, reasons: Reasons): Claim {
  const { check, subject, verdict, statement, examples } = finding;
  const said = reasons.take(`check ${check}`, `${check} on ${subject}: ${statement}`);
  const first = examples.slice(0, 5).map(({ stream, consumer, seq, text, circumstances }) => {
    const place = [stream ?? consumer ?? '', seq === undefined ? '' : `sequence ${seq}`].filter(Boolean);
    const known = circumstancesText(circumstances);
    const what = known === '' ? text : `${text} (${known})`;
    return place.length === 0 ? what : `${place.join(' ')}: ${what}`;
  });
  return {
    group: 'check',
    where: check,
    name: subject,
    outcome: said?.verdict ?? verdict,
    statement: [statement, ...first].join('; '),
    pointer,
  };
}

function thresholdClaim(threshold: SavedRun['thresholds'][number], at: number, reasons: Reasons): Claim {
  const { metric, subject, outcome, statement } = threshold;
  const said = reasons.take(`threshold ${metric}`, `${metric} of ${subject}: ${statement}`);
  return {
    group: 'threshold',
    where: metric,
    name: subject,
    outcome: said?.verdict ?? outcomeVerdict(outcome),
    statement,
    // A latency item may state several limits: each is found by its number among all results.
    pointer: `/thresholds/#${at}`,
  };
}

import { generatorShortfall } from '../offer.ts';
import type { Reason } from '../verdict.ts';
import { voidPremise } from './premises.ts';
import { afterBreak, cutShort, methodRan, neverSteady, type JudgeInput, type Rule } from './rule.ts';

/** Whether what the experiment claims came true. */
export const CLAIM_RULES: readonly Rule[] = [findings, timedOut, steadyAfter, expectations, thresholds];

function findings({ findings: all }: JudgeInput): Reason[] {
  return all.flatMap((finding) => {
    if (finding.verdict === 'pass') return [];
    return [
      {
        verdict: finding.verdict,
        text: `${finding.check} on ${finding.subject}: ${finding.statement}`,
        source: `check ${finding.check}`,
      },
    ];
  });
}

function timedOut({ record }: JudgeInput): Reason[] {
  return record.phases
    .filter((phase) => phase.outcome === 'timed-out')
    .map((phase) => ({
      verdict: afterBreak(record, phase.endedAt) ? 'inconclusive' : 'fail',
      text: `Phase ${phase.name} ran out of time` + (phase.note === undefined ? '' : `: ${phase.note}`),
      source: `phase ${phase.name}`,
    }));
}

function steadyAfter({ record }: JudgeInput): Reason[] {
  const reasons: Reason[] = record.steadyStateAfter
    .filter((result) => result.outcome !== 'met')
    .map((result) => ({
      verdict: result.outcome === 'violated' && record.harness === undefined ? 'fail' : 'inconclusive',
      text:
        result.outcome === 'violated'
          ? `Steady state not met after the method: ${result.probe}: ${result.statement}`
          : `Steady state after the method could not be read: ${result.probe}: ${result.statement}`,
      source: 'steady-state after',
    }));
  const untested = record.steadyStateBefore.length > 0 && record.steadyStateAfter.length === 0;
  if (untested && methodRan(record) && !neverSteady(record) && !cutShort(record)) {
    const text = 'The steady state was not tested after the method';
    reasons.push({ verdict: 'inconclusive', text, source: 'steady-state after' });
  }
  return reasons;
}

function expectations({ record }: JudgeInput): Reason[] {
  return record.phases.flatMap((phase) => {
    const premise = voidPremise(phase, record);
    return phase.expectations
      .filter((result) => result.outcome !== 'met')
      .map((result): Reason => {
        const what = `${result.probe} (${result.condition}) in phase ${phase.name}: ${result.statement}`;
        const source = `phase ${phase.name}`;
        if (result.outcome === 'unread') {
          return { verdict: 'inconclusive', text: `Expectation could not be read: ${what}`, source };
        }
        if (premise !== null) {
          return {
            verdict: 'inconclusive',
            text: `Expectation proves nothing, because ${premise}: ${what}`,
            source,
          };
        }
        return { verdict: 'fail', text: `Expectation violated: ${what}`, source };
      });
  });
}

const WORDS = { exceeded: 'exceeded', unmeasured: 'not measured', 'never-lost': 'without an answer' };

function thresholds({ record, thresholds: all }: JudgeInput): Reason[] {
  return all.flatMap((threshold): Reason[] => {
    const source = `threshold ${threshold.metric}`;
    const idle = record.workloads.some((w) => w.ok === 0 && w.name === threshold.workload);
    const phase = record.phases.find(({ name }) => name === threshold.phase);
    const shortfall = generatorShortfall(
      record.workloads.find(({ name }) => name === threshold.workload),
      phase,
      threshold.outcome === 'met',
    );
    // A rate that was not offered proves nothing against the servers, and a smaller load nothing for them.
    if (shortfall !== null && /^(publish-)?latency /.test(threshold.metric)) {
      const text = `Threshold not judged: ${threshold.metric} of ${threshold.subject}: ${shortfall}`;
      return [{ verdict: 'inconclusive', text, source }];
    }
    if (threshold.outcome === 'met') return [];
    const failed = threshold.outcome === 'exceeded' && !idle && !afterBreak(record, phase?.endedAt);
    return [
      {
        verdict: failed ? 'fail' : 'inconclusive',
        text: `Threshold ${WORDS[threshold.outcome]}: ${threshold.metric} of ${threshold.subject}: ${threshold.statement}`,
        source,
      },
    ];
  });
}

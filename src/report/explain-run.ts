import { formatDuration } from '../support/units.ts';
import { ruleWords } from '../verdict/rule-words.ts';
import { VERDICT_WORDS } from '../verdict/verdict-words.ts';
import { isUndeclared } from '../verdict/undeclared.ts';
import { expectedText } from './expected-text.ts';
import type { SavedRun } from './schema.ts';
import { faultState } from './summary-rows.ts';
import { clip, counted, formatNumber, printable } from './text.ts';
import { whatToDo } from './what-to-do.ts';

/** Why a run got its verdict, one sentence each. */
export interface RunExplanation {
  /** What was claimed, and about which system. */
  claim: string;
  /** Which faults were injected, and how that is known. */
  done: string;
  /** What was observed. */
  seen: string;
  /** Why this leads to the verdict: the first reason, and the rule behind it. */
  why: string;
  next: string;
}

/**
 * @param saved without its secrets, as every saved run is; its probes' readings are not needed
 * @param run the name that people use to find the run
 */
export function explainRun(saved: SavedRun, run: string): RunExplanation {
  return {
    claim: sentence(claimOf(saved)),
    done: sentence(doneIn(saved)),
    seen: sentence(seenIn(saved)),
    why: sentence(whyOf(saved)),
    next: sentence(nextOf(saved, run)),
  };
}

/** A statement may contain long messages of the servers. */
const MAX_QUOTE = 300;
/** If there are more of them than this, they are only counted. */
const MAX_NAMED = 3;

function claimOf(saved: SavedRun): string {
  const { experiment, versions, driver, seed } = saved;
  const server = versions['nats-server'];
  const where = server === undefined ? 'no nats-server came up' : `it was run on nats-server ${server}`;
  const expected = expectedText(saved);
  const hope = expected === null ? '' : `; ${expected}`;
  return `${experiment.name} claims "${experiment.title}", and ${where} (driver ${driver}, seed ${seed})${hope}`;
}

function doneIn({ faults, phases }: SavedRun): string {
  if (!phases.some(({ startedAt }) => startedAt !== undefined))
    return 'Nothing was done to it, because the method never began';
  const actions = phases.flatMap((phase) => phase.actions);
  if (faults.length + actions.length === 0)
    return 'Nothing was done to it: the method has neither fault nor action, and only watches';
  const parts = [...faultWords(faults), ...actionWords(actions)];
  return `Done to it: ${parts.join('; ')}`;
}

function faultWords(faults: SavedRun['faults']): string[] {
  const states = faults.map((fault) => ({ fault, ...faultState(fault) }));
  // What went wrong explains a verdict, so it is named before what went well.
  const order = [
    ...states.filter(({ verdict }) => verdict !== 'pass'),
    ...states.filter(({ verdict }) => verdict === 'pass'),
  ];
  const words = order.slice(0, MAX_NAMED).map(({ fault, outcome, verdict, statement }) => {
    const { title, inForce } = fault;
    if (verdict === 'pass' && inForce !== undefined)
      return `${title}, proven from outside (${quote(inForce.statement)}) and proven to be removed`;
    return `${title}, ${outcome}${statement === '' ? '' : ` (${quote(statement)})`}`;
  });
  return withMore(words, order.length, 'fault');
}

function actionWords(actions: SavedRun['phases'][number]['actions']): string[] {
  const order = [...actions.filter(({ ok }) => !ok), ...actions.filter(({ ok }) => ok)];
  const words = order.slice(0, MAX_NAMED).map(({ title, ok, evidence, error }) => {
    if (!ok) return `${title} (failed${error === undefined ? '' : `: ${quote(error)}`})`;
    return evidence === undefined ? `${title} (done)` : `${title} (seen: ${quote(evidence)})`;
  });
  return withMore(words, order.length, 'action');
}

function withMore(words: string[], all: number, noun: string): string[] {
  const more = all - words.length;
  return more > 0 ? [...words, `and ${counted(more, `more ${noun}`)}`] : words;
}

function seenIn(saved: SavedRun): string {
  const { steadyState, workloads, recovery, findings, thresholds, phases } = saved;
  const expectations = phases.flatMap((phase) => phase.expectations);
  const parts = [
    ...steadyWords(steadyState),
    ...workloads.slice(0, MAX_NAMED).map(workloadWords),
    ...(workloads.length > MAX_NAMED
      ? [`and ${counted(workloads.length - MAX_NAMED, 'more workload')}`]
      : []),
    ...recovery.map(({ phase, ms }) => `phase ${phase} recovered in ${formatDuration(ms)}`),
    ...tally(expectations, ({ outcome }) => outcome === 'met', 'expectation', 'met'),
    ...tally(
      findings.filter((finding) => !isUndeclared(finding)),
      ({ verdict }) => verdict === 'pass',
      'check',
      'passed',
    ),
    ...tally(thresholds, ({ outcome }) => outcome === 'met', 'threshold', 'kept'),
  ];
  return parts.length === 0 ? 'Nothing was observed' : `Seen: ${parts.join('; ')}`;
}

function steadyWords({ before, after }: SavedRun['steadyState']): string[] {
  const word = (results: typeof before): string =>
    results.every(({ outcome }) => outcome === 'met')
      ? 'held'
      : results.some(({ outcome }) => outcome === 'violated')
        ? 'did not hold'
        : 'could not be read';
  if (before.length + after.length === 0) return [];
  if (after.length === 0) return [`the steady state ${word(before)} before the method`];
  const [then, now] = [word(before), word(after)];
  if (then === now) return [`the steady state ${then} before and after the method`];
  return [`the steady state ${then} before the method and ${now} after it`];
}

function workloadWords({ name, kind, ok, failed, unknown }: SavedRun['workloads'][number]): string {
  const done = kind === 'consume' ? 'received and acknowledged' : 'had acknowledged';
  const rest = [
    ...(failed > 0 ? [`${formatNumber(failed)} failed`] : []),
    ...(unknown > 0 ? [`${formatNumber(unknown)} without an answer`] : []),
  ];
  return `${name} ${done} ${counted(ok, 'message')}${rest.length === 0 ? '' : ` (${rest.join(', ')})`}`;
}

/** `3 of 4 checks passed`; nothing when there was no check. */
function tally<T>(all: readonly T[], holds: (one: T) => boolean, noun: string, what: string): string[] {
  if (all.length === 0) return [];
  return [`${all.filter(holds).length} of ${counted(all.length, noun)} ${what}`];
}

function whyOf(saved: SavedRun): string {
  const { verdict, reasons, expected } = saved;
  const [first, ...rest] = reasons;
  const therefore = `Therefore the verdict is ${verdict}`;
  if (first === undefined)
    return `${therefore}: nothing stands against it, because everything that a pass needs was observed`;
  const rule = ruleWords(first);
  const behind = rule === null ? '' : `, by the rule that ${rule}`;
  const more = rest.length === 0 ? '' : `; ${counted(rest.length, 'more reason')} in the report`;
  const reason = `${quote(first.text)}${behind}${more}`;
  if (verdict !== 'pass') return `${therefore}: ${reason}`;
  const allowed = expected?.verdict === 'either' ? 'allows' : 'expects';
  return `${therefore}, because what was seen is a failure that the experiment ${allowed}: ${reason}`;
}

function nextOf(saved: SavedRun, run: string): string {
  const { verdict, repeat } = saved;
  const todo = whatToDo(saved, run);
  const parts = [
    ...(todo === null ? [] : [todo]),
    // What to do about the clean-up has been said already.
    ...(verdict === 'unclean' ? [] : [withoutStop(VERDICT_WORDS[verdict].todo)]),
    `this repeats it: ${repeat.command}`,
  ];
  return `Next: ${parts.join('; ')}`;
}

function quote(text: string): string {
  return clip(withoutStop(printable(text)), MAX_QUOTE);
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

function sentence(text: string): string {
  return `${withoutStop(printable(text))}.`;
}

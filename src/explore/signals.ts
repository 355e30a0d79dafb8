import { recoveryOf } from '../history/recovery.ts';
import { shapeOf } from '../reduce/log-shape.ts';
import type { SavedRun } from '../report/schema.ts';
import { counted } from '../report/text.ts';
import { formatDuration } from '../support/units.ts';

/** Something that a run showed, and that may be new. */
export interface Signal {
  /** What is compared: two signals with the same key say the same kind of thing. */
  key: string;
  /** Where only more, or only less, is new; left out: it is new once. */
  value?: number;
  words: string;
}

/** Probes whose readings the signals need. */
export function needsReadings(kind: string): boolean {
  return ['stream-leader', 'replicas-current', 'mirror-state', 'mirror-lag'].includes(kind);
}

/** What a run showed, as far as it may tell it from others. */
export function signalsOf(saved: SavedRun): Signal[] {
  const all: Signal[] = [
    ...saved.probes.flatMap(probeSignals),
    ...logSignals(saved),
    ...(saved.assertions ?? []).map(({ message, violated }) => ({
      key: `assertion ${violated ? 'violated ' : ''}${message}`,
      words: `a server ${violated ? 'violates' : 'reaches'} its assertion "${message}"`,
    })),
    ...[...new Set((saved.advisories ?? []).map(({ kind }) => kind))].map((kind) => ({
      key: `advisory ${kind}`,
      words: `the servers report by an advisory: ${kind}`,
    })),
    ...overlapsOf(saved).map(([a, b]) => ({ key: `overlap ${a} ${b}`, words: `${a} and ${b} overlap` })),
    ...recoverySignals(saved),
    ...saved.workloads.flatMap(workloadSignals),
    ...saved.faults.flatMap(faultSignals),
    ...actionSignals(saved),
  ];
  return [...new Map(all.map((one) => [`${one.key} ${one.value ?? ''}`, one])).values()];
}

type Probe = SavedRun['probes'][number];

function probeSignals({ kind, target, samples }: Probe): Signal[] {
  const states = samples.flatMap(({ state }) => (state === undefined ? [] : [state]));
  const values = samples.flatMap(({ value }) => (value === undefined ? [] : [value]));
  if (kind === 'stream-leader') {
    const changes = states.filter((state, at) => at > 0 && state !== states[at - 1]).length;
    const words = `the leader of ${target} changed ${counted(changes, 'time')}`;
    return changes === 0 ? [] : [{ key: `more leader changes of ${target}`, value: changes, words }];
  }
  if (kind === 'replicas-current' && values.length > 0) {
    const least = Math.min(...values);
    const words = `only ${counted(least, 'replica')} of ${target} ${least === 1 ? 'is' : 'are'} current`;
    return [{ key: `less replicas of ${target}`, value: least, words }];
  }
  if (kind === 'mirror-state')
    return [...new Set(states)].map((state) => ({
      key: `state of ${target} ${state}`,
      words: `${target} is ${state}`,
    }));
  if (kind !== 'mirror-lag' || values.length === 0) return [];
  const most = magnitude(Math.max(...values));
  return [{ key: `more lag of ${target}`, value: most, words: `${target} lags by ${2 ** most} or more` }];
}

/** Powers of two: a little more than ever is not new. */
function magnitude(value: number): number {
  return value <= 0 ? 0 : Math.floor(Math.log2(value));
}

/** Servers' log messages by their shape, and the highest raft term that they name. */
function logSignals({ serverEvents, reused }: SavedRun): Signal[] {
  const events = serverEvents?.events ?? [];
  const terms = events.flatMap(({ text }) => {
    const found = /\bterm\b\D{0,3}(\d+)/i.exec(text)?.[1];
    return found === undefined ? [] : [Number(found)];
  });
  const most = Math.max(0, ...terms);
  const elections = events.reduce((sum, { kind, count }) => sum + (kind === 'leader' ? count : 0), 0);
  return [
    ...events.map(({ kind, text }) => {
      return { key: `log ${kind} ${unnamedShape(text)}`, words: `a server logs: ${shortened(text)}` };
    }),
    ...(elections > 0
      ? [{ key: 'more elections', value: elections, words: `${elections} elections of any group` }]
      : []),
    // In servers that have served other runs, terms have grown before.
    ...(most > 0 && reused === undefined
      ? [{ key: 'more raft term', value: most, words: `raft term ${most}` }]
      : []),
  ];
}

/** The shape of a line without the names in quotes. */
function unnamedShape(text: string): string {
  return shapeOf(text.replaceAll(/'[^']*'|"[^"]*"/g, "'…'"));
}

/** Pairs of kinds that were in force at the same time; of a pair the first is not after the second in the alphabet. */
export function overlapsOf(saved: Pick<SavedRun, 'faults' | 'phases'>): [string, string][] {
  const spans = [
    ...saved.faults.flatMap(({ kind, inForce, removed, injectedAt }) =>
      inForce?.proven === true && injectedAt !== undefined
        ? [{ kind, from: injectedAt, to: removed?.t ?? Infinity }]
        : [],
    ),
    // Older versions of the program did not record when an action was over: it counts as a moment.
    ...saved.phases.flatMap(({ actions }) =>
      actions
        .filter(({ ok, endedAt }) => ok || endedAt !== undefined)
        .map(({ kind, t, endedAt = t + ACTION_MS }) => ({ kind, from: t, to: endedAt })),
    ),
  ];
  const pairs = spans.flatMap((one, at) =>
    spans
      .slice(at + 1)
      .filter((other) => one.from < other.to && other.from < one.to)
      .map((other): [string, string] =>
        one.kind <= other.kind ? [one.kind, other.kind] : [other.kind, one.kind],
      ),
  );
  return [...new Map(pairs.map((pair) => [pair.join(' '), pair])).values()];
}

const ACTION_MS = 1_000;

function recoverySignals({ phases }: SavedRun): Signal[] {
  return phases.flatMap((phase) => {
    const { name } = phase;
    const recovery = recoveryOf(phase);
    if (recovery === undefined) return [];
    const { outcome, ms } = recovery;
    if (ms === undefined) return [{ key: `recovery ${outcome}`, words: `${name}: ${outcome}` }];
    return [
      {
        key: 'more recovery',
        value: magnitude(ms),
        words: `recovery took ${formatDuration(ms)}, longer than ever`,
      },
    ];
  });
}

function workloadSignals({ name, failed, unknown, redelivered }: SavedRun['workloads'][number]): Signal[] {
  const counts = { failed, unanswered: unknown, redelivered };
  return Object.entries(counts).flatMap(([what, count]) =>
    count > 0
      ? [
          {
            key: `more ${what} of ${name}`,
            value: magnitude(count),
            words: `${name}: ${count} ${what}`,
          },
        ]
      : [],
  );
}

function faultSignals({ kind, skipped, inForce }: SavedRun['faults'][number]): Signal[] {
  if (skipped !== undefined) return [{ key: `skipped ${kind}`, words: `${kind} gave way` }];
  if (inForce !== undefined && !inForce.proven)
    return [{ key: `unproven ${kind}`, words: `${kind} was not proven` }];
  return [];
}

function actionSignals({ phases }: SavedRun): Signal[] {
  return phases.flatMap(({ actions }) =>
    actions.flatMap(({ kind, ok, error }) => {
      const why = error ?? '';
      return ok
        ? []
        : [{ key: `failed ${kind} ${unnamedShape(why)}`, words: `${kind} failed: ${shortened(why)}` }];
    }),
  );
}

const LONGEST_WORDS = 120;

function shortened(text: string): string {
  return text.length > LONGEST_WORDS ? `${text.slice(0, LONGEST_WORDS - 1)}…` : text;
}

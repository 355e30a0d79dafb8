import { address, durationFrom, percentage, timeLimit, Type, type Static } from '../support/schema.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import type { Checker, ErrorBudget, Example, Finding } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import { Steps } from './over-time.ts';
import { Budget } from './slo/budget.ts';
import { causesOf } from './slo/causes.ts';
import { outcomesOf, type UserOutcome } from './slo/outcomes.ts';

const LATENCIES = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

const limit = (share: string) =>
  Type.Optional(
    durationFrom(
      '0.001ms',
      `So many of the requests, ${share}, take no longer, from when they were due; one without an answer does.`,
    ),
  );

const schema = Type.Object(
  {
    kind: Type.Literal('slo'),
    workload: address('workload', 'The http, request or publish workload whose users it speaks of.'),
    availability: Type.Optional(percentage('The share of requests that are accepted, or acknowledged.')),
    p50: limit('50%'),
    p95: limit('95%'),
    p99: limit('99%'),
    over: Type.Optional(
      timeLimit(
        'Every time of this length must keep it, whatever second it begins at. Left out, or longer than the run: the whole run.',
      ),
    ),
  },
  {
    additionalProperties: false,
    anyOf: ['availability', 'p50', 'p95', 'p99'].map((name) => ({ required: [name] })),
    'x-expected': 'at least one objective: availability, p50, p95, p99',
    description:
      'What users feel: enough requests are accepted, and fast enough, in each time of some length.',
  },
);
type Options = Static<typeof schema>;

/** With fewer requests a share says nothing of the slowest of them. */
const FEWEST = 20;
const MOST_EXAMPLES = 20;
/** 1 - 0.95 is not quite 0.05. */
const ROUNDING = 1e-9;

export const slo: Checker<typeof schema> = {
  kind: 'slo',
  summary: 'Enough requests are accepted, and fast enough, with the error budget and what used it up',
  proof:
    'Each objective allows a share of bad requests, its error budget: of 99.9% availability 0.1%, of a p95 the slowest 5%. It fails where a time of the given length uses up more than its own. What was bad is counted under the fault that was in force, or was removed last before. Needs a request of the workload, and 20 for a latency. Without these it is inconclusive.',
  example: '{ kind: slo, workload: http, availability: 99.9%, p95: 120ms, over: 1m }',
  schema,
  check(evidence, options: Options) {
    const { budgets, bad, overTime, requests } = measured(evidence, options);
    const needed = LATENCIES.some(([name]) => options[name] !== undefined) ? FEWEST : 1;
    const broken = budgets.filter(({ worst, allowed }) => worst.bad > worst.operations * allowed + ROUNDING);
    const base = {
      check: 'slo',
      subject: options.workload,
      counts: { requests, ...Object.fromEntries(budgets.map(({ what, bad: count }) => [what, count])) },
      examples: [] as Example[],
    };
    if (requests === 0)
      return { ...base, verdict: 'inconclusive', statement: `${options.workload} sent no request` };
    if (broken.length === 0 && requests < needed)
      return {
        ...base,
        verdict: 'inconclusive',
        statement: `${options.workload} sent ${requests} requests; ${needed} are needed for a latency`,
      };
    const found: Finding = {
      ...base,
      verdict: broken.length > 0 ? 'fail' : 'pass',
      statement: (broken.length > 0 ? broken : budgets).map((one) => inWords(one)).join('; '),
      examples: broken.length > 0 ? bad : [],
      budgets,
    };
    return overTime === undefined ? found : { ...found, overTime };
  },
};

function measured(evidence: Evidence, options: Options) {
  const { workload, availability, over } = options;
  const length = over === undefined ? {} : { overMs: over };
  const accepted =
    availability === undefined
      ? undefined
      : new Budget({
          objective: `${percent(availability)} accepted`,
          what: 'not accepted',
          allowed: Math.max(0, 1 - availability),
          ...length,
        });
  const limits = LATENCIES.flatMap(([name, share]) => {
    const maxMs = options[name];
    if (maxMs === undefined) return [];
    const what = `slower than ${formatDuration(maxMs)}`;
    const objective = `${percent(share)} within ${formatDuration(maxMs)}`;
    return [{ maxMs, budget: new Budget({ objective, what, allowed: 1 - share, ...length }) }];
  });
  const causeOf = causesOf(evidence.faults);
  const steps = new Steps();
  const bad: Example[] = [];
  let requests = 0;
  for (const one of outcomesOf(evidence.history, workload)) {
    requests += 1;
    const { t, endedAt, latencyMs, outcome } = one;
    const isSlow = (maxMs: Milliseconds): boolean => outcome === 'unknown' || latencyMs > maxMs;
    const isBad = outcome !== 'ok';
    const cause = isBad || limits.some(({ maxMs }) => isSlow(maxMs)) ? causeOf(t, endedAt) : undefined;
    accepted?.add(t, isBad ? cause : undefined);
    // A refusal is no answer that could be too late.
    if (outcome !== 'failed')
      for (const { maxMs, budget } of limits) budget.add(t, isSlow(maxMs) ? cause : undefined);
    if (cause === undefined) continue;
    if (isBad) steps.add(t);
    if (bad.length < MOST_EXAMPLES) bad.push(exampleOf(evidence, workload, one, cause));
  }
  const budgets = [...(accepted ? [accepted] : []), ...limits.map(({ budget }) => budget)];
  return {
    requests,
    bad,
    overTime: steps.overTime('not accepted'),
    budgets: budgets.map((budget) => budget.result()),
  };
}

function exampleOf(
  { history }: Evidence,
  workload: string,
  { n, t, latencyMs, outcome, error }: UserOutcome,
  cause: string,
): Example {
  const id = history.identity(history.publishers.indexOf(workload), n);
  const how =
    outcome === 'ok'
      ? `took ${formatDuration(latencyMs)}`
      : `was ${outcome === 'failed' ? 'refused' : 'not answered'}${error === undefined ? '' : `: ${error}`}`;
  return { text: `request ${n} ${how} (${cause})`, t, ...(id === null ? {} : { id }) };
}

/** `99.95 % of 1200 requests accepted … the worst 1 min (from 12 s) burnt 220 % of its error budget: partition 98 %`. */
function inWords({ objective, what, operations, bad, burnt, worst, by }: ErrorBudget): string {
  const share = operations === 0 ? 0 : 1 - bad / operations;
  const where = `the worst ${formatDuration(worst.to - worst.from)} (from ${formatDuration(worst.from)})`;
  const causes = by.map((one) => `${one.cause} ${percent(one.burnt, 0)}`).join(', ');
  return (
    `${percent(share)} of ${operations} requests kept ${objective}: ${bad} ${what}; ${where} used up ${percent(worst.burnt, 0)} of its error budget, ` +
    `the whole run ${percent(burnt, 0)} of its own${causes === '' ? '' : ` (${causes})`}`
  );
}

/** Rounded down, so that what is short of an objective never reads like it. */
function percent(share: number, digits = 3): string {
  const scale = 10 ** digits;
  return `${Math.floor(share * 100 * scale + 1e-6) / scale} %`;
}

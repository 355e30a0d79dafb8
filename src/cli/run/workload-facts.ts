import { filtersOf } from '../../drivers/spec.ts';
import type { History, ReceivedPart, Sends } from '../../history/history.ts';
import type { Plan, WorkloadPlan } from '../../plan/plan.ts';
import { subjectMatches } from '../../support/subjects.ts';
import { expandSubject } from '../../support/subject-template.ts';
import { workloads } from '../../workloads/index.ts';

/** What must be known about a plan's workloads to read their history. */
export function workloadFacts(plan: Plan): History['workloads'] {
  return Object.fromEntries(
    plan.workloads.map((workload) => {
      const { name, kind, target, options } = workload;
      const pace = workloads.find((one) => one.kind === kind)?.pace(options);
      const receives = kind === 'consume' ? publishersFor(workload, plan) : {};
      const bucket = kind === 'kv' ? plan.spec.streams.find(({ address }) => address === target) : undefined;
      const expires = bucket?.maxAgeMs === undefined ? {} : { mayExpire: true };
      return [name, { kind, target, ...pace, ...receives, ...expires, ...sendsOf(workload) }];
    }),
  );
}

/** What follows from its number for each message of a publisher. */
function sendsOf({ kind, options }: WorkloadPlan): { sends?: Sends } {
  if (kind !== 'publish') return {};
  const { subject, size } = options as unknown as Sends;
  return { sends: { subject, size } };
}

/** A mirror's consumer has none: no history records when a message reached the mirror. */
function publishersFor({ target }: WorkloadPlan, plan: Plan) {
  const stream = target.split('/').slice(0, 2).join('/');
  const consumer = plan.spec.consumers.find(({ address }) => address === target);
  const stated = consumer === undefined ? [] : filtersOf(consumer);
  const filters = stated.length === 0 ? ['>'] : stated;
  const parts = plan.workloads
    .filter((one) => one.kind === 'publish' && one.target === stream)
    .map(({ name, options }) => [name, partOf(String(options.subject), filters)] as const)
    .filter(([, { places }]) => places.length > 0);
  const some = parts.filter(([, { of, places }]) => places.length < of);
  return {
    receivesFrom: parts.map(([name]) => name),
    ...(some.length === 0 ? {} : { receivesPart: Object.fromEntries(some) }),
  };
}

/** Of the subjects that a template stands for, the places of those that one of the filters matches. */
function partOf(template: string, filters: readonly string[]): ReceivedPart {
  const subjects = expandSubject(template);
  const places = subjects.flatMap((subject, at) =>
    filters.some((filter) => subjectMatches(filter, subject)) ? [at] : [],
  );
  return { of: subjects.length, places };
}

import { defaulted, percentage, strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import { receivedField } from './fields.ts';
import { Judge, plural } from './judge.ts';

const schema = strictObject(
  {
    kind: Type.Literal('queue-fair'),
    received: receivedField(
      'Consume workloads that share consumers, or have members that share one; each must get a fair share of what its consumer delivers.',
      1,
    ),
    tolerance: defaulted(
      percentage(
        'How much less than an even share a member may get: with 50%, each of four members must get an eighth.',
      ),
      '50%',
    ),
  },
  'Each of those that share a consumer gets at least a share of its deliveries.',
);
type Options = Static<typeof schema>;

export const queueFair: Checker<typeof schema> = {
  kind: 'queue-fair',
  summary: 'Each of those that share a consumer gets at least a share of its deliveries',
  proof:
    'Counts the deliveries to each workload over the whole run, and to each member of one that has several. Needs at least so many deliveries that the smallest share that is allowed is one message; with fewer it is inconclusive.',
  example: '{ kind: queue-fair, received: [consume, consume-too] }',
  schema,
  check(evidence, { received, tolerance }: Options) {
    const judge = new Judge('queue-fair', received.join(', '));
    const shares = sharing(evidence, received).map((group) => judgeGroup(evidence, group, tolerance, judge));
    return judge.finding({
      passed: shares.join('; '),
      failed: (violations) => `${plural(violations, 'member')} without a fair share`,
    });
  },
};

interface Group {
  consumer: string;
  members: string[];
}

function sharing(evidence: Evidence, received: readonly string[]): Group[] {
  const consumers = [...new Set(received.map((workload) => evidence.targetOf(workload) ?? ''))];
  return consumers.map((consumer) => ({
    consumer,
    members: received.filter((workload) => (evidence.targetOf(workload) ?? '') === consumer),
  }));
}

/** @returns how many each of them got, in words */
function judgeGroup(
  evidence: Evidence,
  { consumer, members }: Group,
  tolerance: number,
  judge: Judge,
): string {
  const got = members.flatMap((workload) => sharesOf(evidence, consumer, workload));
  for (const { name, deliveries } of got) judge.count(name, deliveries);
  const total = got.reduce((sum, { deliveries }) => sum + deliveries, 0);
  const least = (total / got.length) * (1 - tolerance);
  const each = got.map(({ name, deliveries }) => `${name} ${deliveries}`).join(', ');
  if (got.length < 2)
    judge.inconclusive(`${members.join()} shares ${consumer} with no other workload of the check`);
  else if (total === 0) judge.inconclusive(`${members.join(' and ')} received nothing`);
  else if (least < 1 && got.some(({ deliveries }) => deliveries === 0))
    judge.inconclusive(`${plural(total, 'message')} are too few to share among ${got.length} (${each})`);
  else
    for (const { name, deliveries } of got.filter((one) => one.deliveries < least)) {
      judge.count('unfair');
      const text = `${name} got ${deliveries} of ${total} deliveries of ${consumer}; a fair share is ${Math.ceil(least)} or more (${each})`;
      judge.violates(() => ({ consumer, text }));
    }
  return `${total} deliveries of ${consumer}: ${each}`;
}

interface Share {
  name: string;
  deliveries: number;
}

/** One for each member of a workload. */
function sharesOf(evidence: Evidence, consumer: string, workload: string): Share[] {
  const { orders, byMember } = evidence.received(consumer);
  const members = evidence.history.workloads[workload]?.members ?? 1;
  if (members === 1) return [{ name: workload, deliveries: orders.get(workload)?.deliveries ?? 0 }];
  const got = byMember.get(workload) ?? [];
  return Array.from({ length: members }, (_, at) => {
    return { name: `${workload} member ${at + 1}`, deliveries: got[at] ?? 0 };
  });
}

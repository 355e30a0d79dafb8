import { address, strictObject, Type, type Static } from '../support/schema.ts';
import type { Checker, Finding } from './checker.ts';
import { receivedField } from './fields.ts';
import { noDuplicates } from './no-duplicates.ts';
import { noLoss } from './no-loss.ts';
import { noPhantoms } from './no-phantoms.ts';

const schema = strictObject(
  {
    kind: Type.Literal('exactly-once'),
    published: address(
      'workload',
      'The publish workload whose messages, or http workload whose requests, must be there exactly once.',
    ),
    received: receivedField(
      'Consume workloads; each must have received every message, and none again once its acknowledgement was confirmed. And ledger workloads; each must have found every message or request once.',
      1,
    ),
  },
  'Every acknowledged message is stored once and processed once, and nothing else is: no-loss, no-duplicates and no-phantoms in one.',
);
type Options = Static<typeof schema>;

export const exactlyOnce: Checker<typeof schema> = {
  kind: 'exactly-once',
  summary: 'No loss, no duplicates and no phantoms: every message is stored once, and processed once',
  proof:
    'A message may be delivered again as long as its acknowledgement was not confirmed. Needs what no-loss, no-duplicates and no-phantoms need: where one of them is inconclusive, and none fails, it is inconclusive.',
  example: '{ kind: exactly-once, published: publish, received: [consume] }',
  schema,
  check(evidence, { published, received }: Options) {
    const parts = [
      noLoss.check(evidence, { kind: 'no-loss', published, received }),
      noDuplicates.check(evidence, { kind: 'no-duplicates', received }),
      noPhantoms.check(evidence, { kind: 'no-phantoms', received, foreign: true }),
    ];
    return merged(parts, `${published} → ${received.join(', ')}`);
  },
};

const MOST_EXAMPLES = 20;

function merged(parts: readonly Finding[], subject: string): Finding {
  const failed = parts.filter(({ verdict }) => verdict === 'fail');
  const open = parts.filter(({ verdict }) => verdict === 'inconclusive');
  const [verdict, shown] =
    failed.length > 0
      ? (['fail', failed] as const)
      : open.length > 0
        ? (['inconclusive', open] as const)
        : (['pass', parts] as const);
  const overTime = parts.flatMap((part) => part.overTime ?? [])[0];
  return {
    check: 'exactly-once',
    subject,
    verdict,
    statement: [
      ...new Set(
        shown.map(({ check, statement }) => (verdict === 'pass' ? statement : `${check}: ${statement}`)),
      ),
    ].join('; '),
    // Of counts of the same name the first one stays: they count the same, but for what is stored by others too.
    counts: Object.assign({}, ...parts.map(({ counts }) => counts).reverse()) as Record<string, number>,
    examples: shown.flatMap(({ examples }) => examples).slice(0, MOST_EXAMPLES),
    ...(overTime === undefined ? {} : { overTime }),
  };
}

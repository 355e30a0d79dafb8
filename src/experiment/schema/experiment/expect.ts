import { defaulted, Type } from '../../../support/schema.ts';
import { RANGE_PATTERN } from '../../../support/version-range.ts';
import { choice, EXPECTED } from '../common.ts';

/** The key for all versions that no other key covers. */
export const OTHERWISE = 'otherwise';

const WORDS = ['pass', 'fail', 'either'] as const;
type Word = (typeof WORDS)[number];

/** The verdict that is expected of an experiment: one for all versions of NATS, or one for each range of them. */
export const expectField = defaulted(
  Type.Unsafe<Word | Record<string, Word>>({
    type: ['string', 'object'],
    pattern: `^(${WORDS.join('|')})$`,
    minProperties: 1,
    propertyNames: {
      pattern: `${RANGE_PATTERN}|^${OTHERWISE}$`,
      [EXPECTED]: `versions, such as 2.12.3, 2.12, "<2.10.23" or ">=2.10.23 <2.12", or ${OTHERWISE}`,
    },
    additionalProperties: choice(WORDS, 'The verdict that is expected of these versions.'),
    [EXPECTED]: `${WORDS.slice(0, -1).join(', ')} or ${WORDS.at(-1) ?? ''}, or a map from versions to one of them`,
    examples: ['fail', { '<2.10.23': 'fail', '>=2.10.23': 'pass' }],
    description:
      'The verdict that it is there to reach. `fail` is for a known failure: found, the run passes; not found, it fails, because it no longer does. `either` is for a failure that shows only now and then. Where it depends on the version of nats-server, a map: `{ "<2.10.23": fail, ">=2.10.23": pass }`; of a version that no range of it covers, nothing is expected.',
  }),
  'pass',
);

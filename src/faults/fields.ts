import { defaulted, Type } from '../support/schema.ts';

/** `qa1a`, `qa1a/js1-qa1a`, `clients`, or a list of them. */
export type Side = string | string[];

/** The two sides of a link fault. */
export const betweenField = Type.Unsafe<[Side, Side]>({
  type: 'array',
  minItems: 2,
  maxItems: 2,
  items: {
    type: ['string', 'array'],
    items: { type: 'string', 'x-address': 'endpoint', description: 'A cluster, or cluster/node.' },
    minItems: 1,
    'x-address': 'endpoint',
    description: 'A cluster, cluster/node, the word `clients` for the workloads, or a list of these.',
  },
  examples: [['qa1a', 'qa1b']],
  description: 'The two sides; every link that joins one with the other is struck.',
});

/** Of data between the two sides of a link fault: from the first to the second, or from the second to the first. */
export type Direction = 'both' | 'forward' | 'backward';

export const directionField = defaulted(
  Type.Unsafe<Direction>({
    type: 'string',
    enum: ['both', 'forward', 'backward'],
    description:
      'Which data is struck: `forward` is what the first side sends to the second, `backward` what the second sends to the first.',
  }),
  'both',
);

/** How links are cut. */
export type CutMode = 'reset' | 'blackhole';

export const modeField = defaulted(
  Type.Unsafe<CutMode>({
    type: 'string',
    enum: ['reset', 'blackhole'],
    description:
      '`reset`: connections are reset and stay away, as behind a firewall that refuses. `blackhole`: connections stay and nothing arrives, as with a pulled cable.',
  }),
  'reset',
);

/** One or several nodes, by name or role. */
export const nodesField = Type.Unsafe<string | string[]>({
  type: ['string', 'array'],
  items: { type: 'string', 'x-address': 'nodes', description: 'A node, by name or role.' },
  minItems: 1,
  minLength: 1,
  'x-address': 'nodes',
  examples: ['qa1a/js1-qa1a', 'qa1a/qa@leader'],
  description:
    'Nodes as cluster/node, or by the role they have when the fault strikes: cluster/stream@leader, cluster/stream@follower, cluster/stream/consumer@leader, cluster@meta-leader, cluster@any, cluster@50% (any share), cluster@minority, cluster@majority, cluster@all; or a list of these, where each node counts once.',
});

/** @param otherwise how many files when the field is left out, in words */
export const fileCountField = (otherwise: string) =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      description: `How many of the files of each node are struck, chosen by the seed; left out: ${otherwise}.`,
    }),
  );

/** What a title adds for a cut that is no reset. */
export function modeText(mode: CutMode): string {
  return mode === 'reset' ? '' : ` (${mode})`;
}

/** What a title adds for a fault that strikes one direction. */
export function directionText(direction: Direction): string {
  return direction === 'both' ? '' : `, ${direction} only`;
}

export function listOf(value: string | string[]): string[] {
  return typeof value === 'string' ? [value] : value;
}

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
    items: {
      type: 'string',
      'x-address': 'side',
      description: 'A cluster, or cluster/node; a service, or service/replica.',
    },
    minItems: 1,
    'x-address': 'side',
    description:
      'A cluster, cluster/node, a service, service/replica, the word `clients` for the workloads, or a list of these.',
  },
  examples: [['qa1a', 'qa1b']],
  description: 'The two sides; the fault affects every link that joins one with the other.',
});

/** Which data a link fault affects: from the first side to the second, from the second to the first, or both. */
export type Direction = 'both' | 'forward' | 'backward';

export const directionField = defaulted(
  Type.Unsafe<Direction>({
    type: 'string',
    enum: ['both', 'forward', 'backward'],
    description:
      'Which data is affected: `forward` is what the first side sends to the second, `backward` what the second sends to the first.',
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
    'Nodes as cluster/node, or by the role they have when the fault is injected: cluster/stream@leader, cluster/stream@follower, cluster/stream/consumer@leader, cluster@meta-leader, cluster@any, cluster@50% (any share), cluster@minority, cluster@majority, cluster@all; or a list of these, where each node counts once.',
});

/** One or several nodes or replicas of services, by name or role. */
export const membersField = Type.Unsafe<string | string[]>({
  type: ['string', 'array'],
  items: {
    type: 'string',
    'x-address': 'members',
    description: 'A node, or a replica of a service, by name or role.',
  },
  minItems: 1,
  minLength: 1,
  'x-address': 'members',
  examples: ['qa1a/js1-qa1a', 'qa1a/qa@leader', 'api/1', 'api@any'],
  description:
    'Nodes as cluster/node, or by the role they have when the fault is injected: cluster/stream@leader, cluster/stream@follower, cluster/stream/consumer@leader, cluster@meta-leader, cluster@any, cluster@50% (any share), cluster@minority, cluster@majority, cluster@all. Replicas of a service as service/1, service@any, service@50%, service@minority, service@majority, by a role that its environment declares such as redis@master, or the service alone for all of them. Or a list of these, where each counts once.',
});

/** @param otherwise in words: how many files when the field is left out */
export const fileCountField = (otherwise: string) =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      description: `How many of the files of each node are damaged, chosen by the seed; left out: ${otherwise}.`,
    }),
  );

/** What a title adds for a cut that is not a reset. */
export function modeText(mode: CutMode): string {
  return mode === 'reset' ? '' : ` (${mode})`;
}

/** What a title adds for a fault that affects one direction. */
export function directionText(direction: Direction): string {
  return direction === 'both' ? '' : `, ${direction} only`;
}

export function listOf(value: string | string[]): string[] {
  return typeof value === 'string' ? [value] : value;
}

import { address, Type } from '../support/schema.ts';

/** Counts at which a workload pauses by itself. */
export const pauseAtField = Type.Optional(
  Type.Unsafe<number | number[]>({
    type: ['integer', 'array'],
    minimum: 1,
    items: { type: 'integer', minimum: 1, description: 'A number of messages.' },
    minItems: 1,
    examples: [50],
    description:
      'Pauses by itself after this many messages (one number or a list), and continues when it is resumed.',
  }),
);

export const countField = Type.Optional(
  Type.Integer({
    minimum: 1,
    description: 'Ends by itself after this many messages; left out: continues until the run stops it.',
  }),
);

export const nodeField = Type.Optional(
  address('node', 'Connects to this node (cluster/node) alone; left out: to any node of the cluster.'),
);

export const userField = Type.Optional(
  address(
    'user',
    'As whom it connects: a user of its account, as name or account/name; left out: the first one.',
  ),
);

export const websocketField = Type.Optional(
  Type.Boolean({
    description:
      'Connects by WebSocket, on the listener of `websocket: true` of the cluster; faults on links of clients do not touch it.',
  }),
);

/** The counts of `pauseAt`, rising. */
export function pausePoints(pauseAt: number | number[] | undefined): number[] {
  const points = pauseAt === undefined ? [] : typeof pauseAt === 'number' ? [pauseAt] : pauseAt;
  return [...points].sort((a, b) => a - b);
}

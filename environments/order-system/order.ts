/** What a client orders. */
export interface Order {
  orderId: string;
  customerId: string;
  items: { productId: string; quantity: number; price: number }[];
}

/** What OrderService answers to `orders.create`. */
export type Answer =
  /** It is stored and announced; `isNew` is false when it was stored before. */
  | { kind: 'stored'; by: string; isNew: boolean }
  /** Another order has this id. */
  | { kind: 'conflict'; by: string }
  /** It could not be done now; a later attempt may succeed. */
  | { kind: 'failed'; by: string; why: string };

/** Members of this queue group share the requests. */
export const QUEUE = 'order-service';

/** Where requests and events go, and the stream that keeps the events, as the environments declare them. */
export function placesOf(region: string): { create: string; created: string; stream: string } {
  return region === ''
    ? { create: 'orders.create', created: 'events.orders.created', stream: 'ORDERS' }
    : { create: `orders.${region}.create`, created: `events.orders.${region}.created`, stream: `ORDERS_${region}` };
}

/** Says how many milliseconds OrderService has; clocks of two machines are not compared. */
export const TIME_LEFT = 'Order-Time-Left-Ms';

/** An id that a client may give. */
export const ORDER_ID = /^[A-Za-z0-9._:/-]{1,200}$/;

/** The body of `POST /api/orders`, as a JSON Schema for fastify. */
export const ORDER_SCHEMA = {
  type: 'object',
  required: ['customerId', 'items'],
  properties: {
    orderId: { type: 'string', pattern: ORDER_ID.source },
    customerId: { type: 'string', minLength: 1, maxLength: 128 },
    items: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: {
        type: 'object',
        required: ['productId', 'quantity', 'price'],
        properties: {
          productId: { type: 'string', minLength: 1, maxLength: 128 },
          quantity: { type: 'integer', minimum: 1 },
          price: { type: 'number', minimum: 0 },
        },
      },
    },
  },
} as const;

/** What the order costs. */
export function totalOf({ items }: Order): number {
  return items.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
}

/** The order as one text, the same for the same order whatever the order of its fields was. */
export function textOf({ orderId, customerId, items }: Order): string {
  return JSON.stringify({
    orderId,
    customerId,
    items: items.map(({ productId, quantity, price }) => ({ productId, quantity, price })),
  });
}

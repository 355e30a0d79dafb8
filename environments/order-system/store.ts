import type { Redis } from 'ioredis';
import { textOf, type Order } from './order.ts';

/** Lists of ids, so that a reader sees what is there twice. */
export const ORDERS = 'orders';
export const notificationsOf = (instance: string): string => `notifications:${instance}`;

const PUT = `
local stored = redis.call('GET', KEYS[1])
if stored then return stored end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('RPUSH', KEYS[2], ARGV[2])
return false`;

const NOTE = `
if redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[1])
return 1`;

/** Thrown when fewer replicas of Redis have an order than must. */
export class TooFewReplicas extends Error {}

/**
 * Stores an order, once.
 *
 * @param replicas how many replicas must have it within `timeLeftMs`
 * @returns `new`, `same` when this order was stored before, `other` when another one has its id
 */
export async function putOrder(
  redis: Redis,
  order: Order,
  { replicas, timeLeftMs }: { replicas: number; timeLeftMs: number },
): Promise<'new' | 'same' | 'other'> {
  const text = textOf(order);
  const stored = await redis.eval(PUT, 2, `order:${order.orderId}`, ORDERS, text, order.orderId);
  if (replicas > 0) {
    const have = await redis.wait(replicas, Math.max(1, Math.floor(timeLeftMs)));
    if (have < replicas) throw new TooFewReplicas(`${have} of ${replicas} replicas have the order`);
  }
  if (stored === null) return 'new';
  return stored === text ? 'same' : 'other';
}

export async function getOrder(redis: Redis, orderId: string): Promise<Order | null> {
  const stored = await redis.get(`order:${orderId}`);
  return stored === null ? null : (JSON.parse(stored) as Order);
}

/** Notes that an instance has notified of an order. @returns false when it had done so before */
export async function noteNotification(redis: Redis, instance: string, orderId: string): Promise<boolean> {
  const key = notificationsOf(instance);
  return (await redis.eval(NOTE, 2, `${key}:ids`, key, orderId)) === 1;
}

/** The ids of a list, in the order in which they were noted; an id that was noted twice is there twice. */
export async function idsIn(redis: Redis, list: string): Promise<string[]> {
  return redis.lrange(list, 0, -1);
}

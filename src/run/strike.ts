import type { LinkInfo } from '../drivers/driver.ts';
import type { Fault, FaultContext, FaultTarget } from '../faults/fault.ts';
import type { Evidence, FaultRecord } from '../history/record.ts';
import type { FaultPlan } from '../plan/plan.ts';
import { messageOf } from '../support/errors.ts';
import type { Json } from '../support/json.ts';

/** One time that a fault strikes, its targets resolved. */
export interface Strike {
  fault: Fault;
  plan: FaultPlan;
  record: FaultRecord;
  /** With randomness of its own: what it draws does not depend on what strikes at the same time. */
  ctx: FaultContext;
  target: FaultTarget;
  /** Nodes that it strikes, or whose links it strikes. */
  touches: ReadonlySet<string>;
}

/** One that has struck, and has not been proven gone. */
export interface Struck extends Strike {
  before: Json;
}

/** `kill#1` the first time, `kill#1.2` the second. */
export function strikeId(plan: FaultPlan, number: number): string {
  return number === 1 ? plan.id : `${plan.id}.${number}`;
}

export function newRecord(plan: FaultPlan, number: number, phase: string): FaultRecord {
  return {
    id: strikeId(plan, number),
    kind: plan.kind,
    phase,
    title: number === 1 ? plan.title : `${plan.title} (strike ${number})`,
    targets: [],
    roles: {},
    options: plan.options as Json,
    undo: [],
  };
}

/** Whether nothing has come of it, not even a refusal. */
export function isBlank({ injectedAt, refused, vacuous }: FaultRecord): boolean {
  return injectedAt === undefined && refused === undefined && vacuous === undefined;
}

export function touchedBy(target: FaultTarget, links: readonly LinkInfo[]): Set<string> {
  const ends = links.filter((link) => target.links.includes(link.id)).flatMap(({ from, to }) => [from, to]);
  return new Set([...target.nodes, ...ends.filter((end) => end !== 'client')]);
}

/** Whether what one does could be taken for the other's work, or get in its way. */
export function overlap(one: Pick<Strike, 'touches'>, other: Pick<Strike, 'touches'>): boolean {
  return [...one.touches].some((node) => other.touches.has(node));
}

/** One look, from outside. */
export async function look(
  { fault, plan, ctx, target, before }: Struck,
  what: 'inForce' | 'removed',
): Promise<Omit<Evidence, 't' | 'afterMs'>> {
  try {
    const now = await fault.observe(ctx, target, plan.options);
    return { ...fault[what](before, now, plan.options), readings: { before, now } };
  } catch (error) {
    return {
      proven: false,
      statement: `it could not be observed: ${messageOf(error)}`,
      readings: { before },
    };
  }
}

export function rolesText(record: FaultRecord): string {
  const roles = Object.entries(record.roles).map(([role, nodes]) => `${role} is ${nodes.join(', ')}`);
  return roles.length > 0 ? ` (${roles.join('; ')})` : '';
}

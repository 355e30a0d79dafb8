import type { LinkInfo } from '../../drivers/driver.ts';
import type { Fault, FaultContext, FaultTarget } from '../../faults/fault.ts';
import type { Evidence, FaultRecord } from '../../history/record.ts';
import type { FaultPlan } from '../../plan/plan.ts';
import { messageOf } from '../../support/errors.ts';
import type { Json } from '../../support/json.ts';

/** One injection of a fault, its targets resolved. */
export interface Injection {
  fault: Fault;
  plan: FaultPlan;
  record: FaultRecord;
  /** With randomness of its own: what it draws does not depend on other injections. */
  ctx: FaultContext;
  target: FaultTarget;
  /** Nodes that it affects, or whose links it affects. */
  touches: ReadonlySet<string>;
}

/** One that has been made, and whose removal is not proven. */
export interface ActiveInjection extends Injection {
  before: Json;
}

/** The outcome of one injection: proven to be in force, not proven, or left out because of another. */
export type InjectionOutcome = 'proven' | 'unproven' | 'skipped';

/** `kill#1` the first time, `kill#1.2` the second. */
export function injectionId(plan: FaultPlan, number: number): string {
  return number === 1 ? plan.id : `${plan.id}.${number}`;
}

export function newRecord(plan: FaultPlan, number: number, phase: string): FaultRecord {
  return {
    id: injectionId(plan, number),
    kind: plan.kind,
    phase,
    title: number === 1 ? plan.title : `${plan.title} (injection ${number})`,
    targets: [],
    roles: {},
    options: plan.options as Json,
    ...(plan.maySkip === true ? { maySkip: true } : {}),
    undo: [],
  };
}

/** Whether it has no outcome yet, not even a refusal. */
export function isBlank({ injectedAt, refused, vacuous, skipped }: FaultRecord): boolean {
  return injectedAt === undefined && refused === undefined && vacuous === undefined && skipped === undefined;
}

export function touchedBy(target: FaultTarget, links: readonly LinkInfo[]): Set<string> {
  const ends = links.filter((link) => target.links.includes(link.id)).flatMap(({ from, to }) => [from, to]);
  return new Set([...target.nodes, ...ends.filter((end) => end !== 'client')]);
}

/** Whether the effect of one could be taken for the other's, or get in its way. */
export function overlap(one: Pick<Injection, 'touches'>, other: Pick<Injection, 'touches'>): boolean {
  return [...one.touches].some((node) => other.touches.has(node));
}

/** A single observation, from outside. */
export async function observe(
  { fault, plan, ctx, target, before }: ActiveInjection,
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

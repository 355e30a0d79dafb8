import { assets } from './assets/assets.ts';
import { consume } from './consume/consume.ts';
import { corePublish } from './core/core-publish.ts';
import { coreSubscribe } from './core/core-subscribe.ts';
import { http } from './http/http.ts';
import { kv } from './kv/kv.ts';
import { ledger } from './ledger/ledger.ts';
import { mqttPublish } from './mqtt/mqtt-publish.ts';
import { mqttSubscribe } from './mqtt/mqtt-subscribe.ts';
import { object } from './object/object.ts';
import { permissions } from './permissions/permissions.ts';
import { publish } from './publish/publish.ts';
import { quota } from './quota/quota.ts';
import { reply } from './core/reply.ts';
import { request } from './core/request.ts';
import type { Workload } from './workload.ts';

/** Every workload there is, in the order in which lists show them. */
export const workloads: readonly Workload[] = [
  publish,
  consume,
  kv,
  object,
  assets,
  request,
  reply,
  corePublish,
  coreSubscribe,
  permissions,
  quota,
  mqttPublish,
  mqttSubscribe,
  http,
  ledger,
];

/** Whether workloads of a kind take what others send: they start before those, and stop after them. */
export function receives(kind: string): boolean {
  return workloads.find((one) => one.kind === kind)?.receives === true;
}

/** Whether workloads of a kind talk to services or web servers, and to no server of NATS. */
export function isOutside(kind: string): boolean {
  return workloads.find((one) => one.kind === kind)?.outside === true;
}

/** Whether workloads of a kind do nothing until they are stopped. */
export function readsAtEnd(kind: string): boolean {
  return workloads.find((one) => one.kind === kind)?.readsAtEnd === true;
}

/** Whether workloads of a kind connect as every user of the environment. */
export function connectsAsAll(kind: string): boolean {
  return workloads.find((one) => one.kind === kind)?.everyUser === true;
}

/** Whether workloads of a kind work on a stream of the environment, or a consumer of one. */
export function hasStream(kind: string): boolean {
  return workloads.find((one) => one.kind === kind)?.withoutStream !== true;
}

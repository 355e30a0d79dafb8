import type { Driver } from '../drivers/driver.ts';
import type { HistoryWriter } from '../history/writer.ts';
import { auditConsumer, auditStream } from '../nats/audit.ts';
import { lend } from '../nats/connect.ts';
import type { Plan } from '../plan/plan.ts';
import type { Milliseconds } from '../support/units.ts';
import { patience } from './lost-nodes.ts';
import type { Story } from './story.ts';

const AUDIT_MS = 60_000;

export interface AuditContext {
  driver: Driver;
  history: HistoryWriter;
  story: Story;
  runId: string;
  signal: AbortSignal;
}

/** Reads back, past every proxy, each stream and consumer that a check may ask about, into the history. */
export async function auditAll(plan: Plan, ctx: AuditContext): Promise<void> {
  const streams = streamsToRead(plan);
  const timeoutMs = Math.min(AUDIT_MS, await patience(ctx.driver));
  const consumers = plan.workloads.filter((w) => w.kind === 'consume').map((w) => w.target);
  await Promise.all([
    ...streams.map((address) => readStream(plan, ctx, address, timeoutMs)),
    ...consumers.map((address) => readConsumer(plan, ctx, address, timeoutMs)),
  ]);
  ctx.story.tell('workload', `read back ${streams.length} streams and ${consumers.length} consumers`);
}

function streamsToRead(plan: Plan): string[] {
  const named = plan.checks.flatMap(({ options }) =>
    Array.isArray(options.streams) ? options.streams.map(String) : [],
  );
  return [...new Set([...plan.workloads.map((workload) => streamOf(workload.target)), ...named])];
}

async function readStream(
  plan: Plan,
  ctx: AuditContext,
  address: string,
  timeoutMs: Milliseconds,
): Promise<void> {
  const mirror = plan.spec.streams.find((stream) => stream.address === address)?.mirror;
  await lend(open(plan, ctx, address), async (connection) => {
    const events = auditStream(connection, {
      address,
      runId: ctx.runId,
      timeoutMs,
      signal: ctx.signal,
      readOnly: plan.spec.attach?.allowFaults === false,
      ...(mirror ? { mirrorOf: `${mirror.cluster}/${mirror.stream}` } : {}),
    });
    for await (const event of events) ctx.history.append(event);
  });
}

async function readConsumer(
  plan: Plan,
  ctx: AuditContext,
  address: string,
  timeoutMs: Milliseconds,
): Promise<void> {
  await lend(open(plan, ctx, address), async (connection) => {
    ctx.history.append(await auditConsumer(connection, { address, timeoutMs, signal: ctx.signal }));
  });
}

function open(plan: Plan, ctx: AuditContext, address: string) {
  const [cluster = ''] = address.split('/');
  const account = plan.spec.streams.find((stream) => stream.address === streamOf(address))?.account ?? '';
  const servers = ctx.driver
    .nodes()
    .filter((node) => node.cluster === cluster)
    .map((node) => node.client);
  return ctx.driver.connect(servers, account, 'nats-chaos/audit');
}

function streamOf(address: string): string {
  return address.split('/').slice(0, 2).join('/');
}

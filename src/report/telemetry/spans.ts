import { recoveryOf } from '../../history/recovery.ts';
import type { SavedRun } from '../schema.ts';

export type SpanAttributes = Record<string, string | number | boolean>;

/** A span as it is to be exported; times in milliseconds since 1970. */
export interface SpanPlan {
  name: string;
  startMs: number;
  endMs: number;
  attributes: SpanAttributes;
  events: { name: string; atMs: number }[];
  /** Why it failed; left out when it did not fail. */
  error?: string;
  children: SpanPlan[];
}

/** Most collectors keep no more events than this. */
const MAX_EVENTS = 120;

/** A run as one trace: the run at the top, its phases below it, and below each phase its faults and its recovery. */
export function spansOf(saved: SavedRun): SpanPlan {
  const epoch = Date.parse(saved.startedAt);
  const { verdict, headline, durationMs, figures } = saved;
  const root: SpanPlan = {
    name: `run ${saved.experiment.name}`,
    startMs: epoch,
    endMs: epoch + durationMs,
    attributes: {
      'nats_chaos.run.id': saved.runId,
      'nats_chaos.experiment': saved.experiment.name,
      'nats_chaos.environment': saved.environment.name,
      'nats_chaos.driver': saved.driver,
      'nats_chaos.seed': saved.seed,
      'nats_chaos.nats_server.version': saved.versions['nats-server'] ?? 'unknown',
      'nats_chaos.verdict': verdict,
      'nats_chaos.headline': headline,
      'process.exit.code': saved.exitCode,
    },
    events: saved.timeline
      .slice(0, MAX_EVENTS)
      .map(({ t, kind, text }) => ({ name: `${kind}: ${text}`, atMs: epoch + t })),
    ...(verdict === 'pass' ? {} : { error: headline }),
    children: saved.phases.flatMap((phase) => phaseSpan(saved, phase, epoch) ?? []),
  };
  const around = [
    ...(figures.readyMs === undefined ? [] : [plain('start', epoch, epoch + figures.readyMs)]),
    ...root.children,
    ...(figures.teardownMs === undefined
      ? []
      : [plain('teardown', root.endMs - figures.teardownMs, root.endMs)]),
  ];
  return { ...root, children: around };
}

type Phase = SavedRun['phases'][number];

/** From its first step: faults are injected and actions done before its clock starts. */
function phaseSpan(saved: SavedRun, phase: Phase, epoch: number): SpanPlan | null {
  const faults = saved.faults.filter((fault) => fault.phase === phase.name);
  const begun = [
    phase.startedAt,
    ...faults.map((fault) => fault.injectedAt),
    ...phase.actions.map(({ t }) => t),
  ].filter((t) => t !== undefined);
  if (begun.length === 0) return null;
  const start = Math.min(...begun);
  const end = phase.endedAt ?? saved.durationMs;
  const recovery = recoverySpan(saved, phase, epoch);
  return {
    ...plain(`phase ${phase.name}`, epoch + start, epoch + Math.max(start, end)),
    attributes: { 'nats_chaos.phase': phase.name, 'nats_chaos.phase.outcome': phase.outcome },
    events: phase.actions.map(({ t, title }) => ({ name: `action: ${title}`, atMs: epoch + t })),
    ...(phase.outcome === 'completed'
      ? {}
      : { error: [phase.outcome, ...(phase.note === undefined ? [] : [phase.note])].join(': ') }),
    children: [
      ...faults.flatMap((fault) => faultSpan(saved, fault, epoch) ?? []),
      ...(recovery === null ? [] : [recovery]),
    ],
  };
}

function faultSpan(saved: SavedRun, fault: SavedRun['faults'][number], epoch: number): SpanPlan | null {
  const { id, kind, title, targets, injectedAt, inForce, heldToEnd, removedAt, removed } = fault;
  if (injectedAt === undefined) return null;
  const end = removed?.t ?? removedAt ?? saved.durationMs;
  const seen = [
    ['in force', inForce],
    ['still in force', heldToEnd],
    ['gone', removed],
  ] as const;
  const unproven = seen.find(([, evidence]) => evidence?.proven === false)?.[1]?.statement;
  return {
    ...plain(`fault ${title}`, epoch + injectedAt, epoch + Math.max(injectedAt, end)),
    attributes: {
      'nats_chaos.fault.id': id,
      'nats_chaos.fault.kind': kind,
      'nats_chaos.fault.targets': targets.join(', '),
      'nats_chaos.fault.proven': inForce?.proven === true,
    },
    events: seen.flatMap(([what, evidence]) =>
      evidence === undefined
        ? []
        : [
            {
              name: `${evidence.proven ? '' : 'not '}${what}: ${evidence.statement}`,
              atMs: epoch + evidence.t,
            },
          ],
    ),
    ...(unproven === undefined ? {} : { error: unproven }),
  };
}

/** From the last fault's proven removal, or from the moment from which its time counts. */
function recoverySpan(saved: SavedRun, phase: Phase, epoch: number): SpanPlan | null {
  const { ms, steadyAt, outcome } = recoveryOf(phase) ?? {};
  if (ms === undefined || outcome === undefined) return null;
  const start = epoch + (steadyAt === undefined ? lastRemoval(saved, phase) : steadyAt - ms);
  return {
    ...plain(`recovery in ${phase.name}`, start, start + ms),
    attributes: { 'nats_chaos.recovery_ms': ms, 'nats_chaos.recovery.outcome': outcome },
  };
}

/** Older versions record only how long it took. */
function lastRemoval({ faults, durationMs }: SavedRun, { endedAt = durationMs }: Phase): number {
  const removals = faults.flatMap(({ removed }) =>
    removed?.proven === true && removed.t <= endedAt ? [removed.t] : [],
  );
  return Math.max(0, ...removals);
}

function plain(name: string, startMs: number, endMs: number): SpanPlan {
  return { name, startMs, endMs, attributes: {}, events: [], children: [] };
}

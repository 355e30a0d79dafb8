import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  AckEvent,
  DeliverEvent,
  HistoryEvent,
  PublishEvent,
  RareEvent,
  StoredEvent,
} from '../../../src/history/events.ts';
import { DELIVERED } from '../../../src/history/delivery-log.ts';
import type { History } from '../../../src/history/history.ts';
import { HistoryRecorder } from '../../../src/history/recorder.ts';
import { FOREIGN } from '../../../src/history/tables/table.ts';
import { renderJson } from '../../../src/report/json.ts';
import { readSavedRun } from '../../../src/report/read-saved.ts';
import type { SavedRun } from '../../../src/report/schema.ts';

export interface MadeRun {
  workloads: History['workloads'];
  streams: { address: string; mirrorOf?: string }[];
  checks: { kind: string; [option: string]: unknown }[];
  findings?: SavedRun['findings'];
}

/** Makes the folder of a run that has ended in order, with this history in columns. */
export function makeRun(folder: string, events: readonly HistoryEvent[], run: MadeRun): void {
  mkdirSync(folder, { recursive: true });
  recordEvents(folder, events);
  writeReport(folder, run);
}

/** What a run with these workloads and checks would have saved. */
export function writeReport(folder: string, { workloads, streams, checks, findings = [] }: MadeRun): void {
  const plan = {
    workloads: Object.entries(workloads).map(([name, { kind, target }]) => {
      return { name, kind, target, account: 'APP', options: { kind, subject: 'x', interval: 10 } };
    }),
    checks: checks.map((options) => ({ kind: options.kind, options })),
    spec: { consumers: [], streams: streams.map(({ address }) => ({ address })) },
  };
  const sample = 'reports/sample/report.json';
  const saved = readSavedRun(readFileSync(sample, 'utf8'), sample);
  const topology = {
    ...saved.topology,
    streams: streams.map((stream) => ({ ...stream, replicas: 1 })),
  };
  const report = { ...saved, runId: 'testrun1', plan, topology, findings } as unknown as SavedRun;
  writeFileSync(join(folder, 'report.json'), renderJson(report));
}

/** Writes events of single operations as workloads in threads write them: every third acknowledgement has its own row. */
export function recordEvents(folder: string, events: readonly HistoryEvent[]): void {
  const recorder = new HistoryRecorder(folder, (thrown) => {
    throw thrown;
  });
  const publishers = [...new Set(events.flatMap((event) => publisherOf(event)))];
  const messageOf = (id: string | null): [by: number, n: number] => {
    if (id === null) return [FOREIGN, 0];
    const [, publisher = '', n = ''] = id.split('/');
    return [publishers.indexOf(publisher), Number(n)];
  };
  recorder.append({ type: 'publishers', names: publishers });
  for (const [workload, own] of grouped(events.filter(is<PublishEvent>('publish')), 'workload')) {
    const log = recorder.publishes(workload);
    for (const {
      n,
      t,
      outcome,
      latencyMs,
      endedAt,
      seq,
      attempts,
      duplicate,
      crossedReconnect,
      error,
    } of own) {
      const status = log.codeOf({
        outcome,
        attempts,
        ...(duplicate === undefined ? {} : { duplicate }),
        ...(crossedReconnect === undefined ? {} : { crossedReconnect }),
        ...(error === undefined ? {} : { error }),
      });
      log.append(n, t, 0, latencyMs ?? (endedAt ?? t) - t, seq ?? 0, status);
    }
  }
  const acks = grouped(events.filter(is<AckEvent>('ack')), 'workload');
  for (const [workload, own] of grouped(events.filter(is<DeliverEvent>('deliver')), 'workload')) {
    const log = recorder.deliveries(workload);
    const answers = [...(acks.get(workload) ?? [])];
    const later: (() => void)[] = [];
    for (const { t, seq, id, deliveries } of own) {
      const [by, n] = messageOf(id);
      const at = answers.findIndex((ack) => ack.seq === seq && ack.t >= t);
      const [ack] = at < 0 ? [] : answers.splice(at, 1);
      if (ack === undefined) log.append(t, seq, by, n, deliveries, 0, DELIVERED);
      else {
        const ended = (row: 'acknowledged' | 'later'): void => {
          const { outcome, error } = ack;
          const status = log.codeOf({ row, outcome, ...(error === undefined ? {} : { error }) });
          log.append(t, seq, by, n, deliveries, ack.t - t, status);
        };
        if (seq % 3 !== 0) ended('acknowledged');
        else {
          log.append(t, seq, by, n, deliveries, 0, DELIVERED);
          later.push(() => ended('later'));
        }
      }
    }
    for (const write of later) write();
  }
  for (const [stream, own] of grouped(events.filter(is<StoredEvent>('stored')), 'stream')) {
    const log = recorder.stored(stream);
    for (const { seq, subject, id, digest } of own)
      log.append(seq, subject, ...messageOf(id), halves(digest));
  }
  for (const event of events) if (!OPERATIONS.includes(event.type)) recorder.append(event as RareEvent);
  recorder.close();
}

const OPERATIONS = ['publish', 'deliver', 'ack', 'stored'];

function is<E extends HistoryEvent>(type: E['type']): (event: HistoryEvent) => event is E {
  return (event): event is E => event.type === type;
}

function publisherOf(event: HistoryEvent): string[] {
  const id =
    event.type === 'publish' || event.type === 'deliver' || event.type === 'stored' ? event.id : null;
  return id === null ? [] : [id.split('/')[1] ?? ''];
}

function grouped<E, K extends keyof E>(events: readonly E[], key: K): Map<E[K], E[]> {
  const groups = new Map<E[K], E[]>();
  for (const event of events) groups.set(event[key], [...(groups.get(event[key]) ?? []), event]);
  return groups;
}

function halves(digest: string): [high: number, low: number] {
  const bytes = createHash('sha256').update(digest).digest();
  return [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
}

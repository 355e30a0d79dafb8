import type { DeliverEvent, StoredEvent } from '../../../src/history/events.ts';
import { subjectMatches } from '../../../src/support/subjects.ts';
import { digestOf, subjectOf } from '../history.ts';
import { consumerAudit, publisherOf, storedIn, streamAudit } from './evidence.ts';
import type { History } from './reader.ts';

/** What is wrong by the plainest reading of a claim: each case by its name and sequence; and why nothing can be said. */
export class Claim {
  readonly cases: { name: string; seq: number }[] = [];
  isOpen = false;

  wrong(name: string, seq: number): void {
    this.cases.push({ name, seq });
  }

  openIf(condition: boolean): void {
    this.isOpen ||= condition;
  }

  get verdict(): string {
    if (this.cases.length > 0) return 'fail';
    return this.isOpen ? 'inconclusive' : 'pass';
  }

  get counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { name } of this.cases) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  }
}

export function noPhantoms(history: History, received: string[], streams: string[], foreign: boolean): Claim {
  const claim = new Claim();
  const consumers = consumersOf(history, received, claim);
  const checked = new Set([...streams, ...consumers.map(streamOf), 'a/qa']);
  let own = 0;
  const judge = (id: string | null, seq: number, suffix: string): void => {
    if (id === null) {
      if (!foreign) claim.wrong(`foreign${suffix}`, seq);
      return;
    }
    own += 1;
    const publish = history.publishes.find((event) => event.id === id);
    if (publish === undefined) claim.wrong(`unpublished${suffix}`, seq);
    else if (publish.outcome === 'failed') claim.wrong(`refusedYet${suffix}`, seq);
  };
  for (const stream of checked) {
    claim.openIf(streamAudit(history, stream)?.complete !== true);
    for (const { id, seq } of storedIn(history, stream)) judge(id, seq, 'Stored');
  }
  for (const { consumer, id, seq } of history.deliveries)
    if (consumers.includes(consumer)) judge(id, seq, 'Delivered');
  claim.openIf(own === 0);
  return claim;
}

export function intact(history: History, streams: string[]): Claim {
  const claim = new Claim();
  let judged = 0;
  for (const stream of new Set([...streams, 'a/qa'])) {
    claim.openIf(streamAudit(history, stream)?.complete !== true);
    for (const { id, seq, digest, subject } of storedIn(history, stream)) {
      if (id === null) {
        const isAcknowledged = history.publishes.some((event) => event.outcome === 'ok' && event.seq === seq);
        if (stream === 'a/qa' && isAcknowledged)
          for (const event of history.publishes)
            if (event.outcome === 'ok' && event.seq === seq) claim.wrong('unrecognised', seq);
        continue;
      }
      judged += 1;
      if (digest !== digestOf(id)) claim.wrong('contentDiffers', seq);
      else if (stream === 'a/qa' && subject !== subjectOf(publisherOf(id).n))
        claim.wrong('subjectDiffers', seq);
    }
  }
  claim.openIf(judged === 0);
  return claim;
}

export function gapless(history: History, streams: string[], received: string[]): Claim {
  const claim = new Claim();
  for (const stream of streams) {
    const audit = streamAudit(history, stream);
    const held = new Set(storedIn(history, stream).map(({ seq }) => seq));
    claim.openIf(audit?.complete !== true || held.size === 0);
    if (audit?.complete !== true || held.size === 0) continue;
    for (let seq = audit.firstSeq; seq <= audit.lastSeq; seq += 1) {
      if (held.has(seq)) continue;
      // What may expire may also have gaps, in a history that does not say more.
      if (audit.mayExpire) claim.openIf(true);
      else claim.wrong('holes', seq);
    }
  }
  for (const consumer of consumersOf(history, received, claim)) {
    claim.openIf(streamAudit(history, streamOf(consumer))?.complete !== true);
    const meant = meantFor(history, consumer);
    claim.openIf(meant === undefined);
    const got = new Set(deliveriesOf(history, consumer).map(({ seq }) => seq));
    const there = (meant ?? []).map(({ seq }) => seq);
    const delivered = there.filter((seq) => got.has(seq));
    const skipped = there.filter(
      (seq) => !got.has(seq) && seq > Math.min(...delivered) && seq < Math.max(...delivered),
    );
    const isHindered = isHinderedAt(history, consumer);
    for (const seq of skipped)
      if (isHindered) claim.openIf(true);
      else claim.wrong('leftOut', seq);
  }
  return claim;
}

export function starved(history: History, received: string[]): Claim {
  const claim = new Claim();
  for (const consumer of new Set(received.map((workload) => history.workloads[workload]!.target))) {
    const whole = streamAudit(history, streamOf(consumer));
    claim.openIf(whole?.complete !== true);
    const audit = consumerAudit(history, consumer);
    const meant = meantFor(history, consumer);
    claim.openIf(audit?.complete !== true || meant === undefined);
    if (audit?.complete !== true || meant === undefined) continue;
    const got = new Set(deliveriesOf(history, consumer).map(({ seq }) => seq));
    const first = Math.min(...meant.map(({ seq }) => seq).filter((seq) => got.has(seq)));
    const due = meant.filter(({ seq }) => audit.settings?.deliver === 'all' || seq >= first);
    claim.openIf(due.length === 0);
    const left = due.map(({ seq }) => seq).filter((seq) => !got.has(seq));
    for (const seq of left.filter((seq) => seq <= audit.ackFloor)) claim.wrong('belowFloor', seq);
    const sent = left.filter((seq) => seq > audit.ackFloor && seq <= audit.delivered);
    const ahead = left.filter((seq) => seq > audit.ackFloor && seq > audit.delivered);
    const lostOnTheWay = sent.slice(0, Math.max(0, sent.length - audit.ackPending));
    if (audit.settings?.maxDeliver !== undefined) claim.openIf(lostOnTheWay.length > 0);
    else for (const seq of lostOnTheWay) claim.wrong('forgotten', seq);
    claim.openIf(sent.length > lostOnTheWay.length);
    const forgotten = ahead.slice(0, Math.max(0, ahead.length - audit.pending));
    if (whole?.complete !== true || whole.mayExpire) claim.openIf(forgotten.length > 0);
    else for (const seq of forgotten) claim.wrong('forgotten', seq);
    const owed = ahead.length - forgotten.length;
    const drain = history.consumerDrains.findLast((event) => event.consumer === consumer);
    if (owed > 0 && drain?.outcome === 'stalled') for (let i = 0; i < owed; i += 1) claim.wrong('stalled', 0);
    else claim.openIf(owed > 0);
  }
  return claim;
}

export function redeliveryBounded(history: History, received: string[], max: number): Claim {
  const claim = new Claim();
  for (const consumer of consumersOf(history, received, claim)) {
    const deliveries = deliveriesOf(history, consumer);
    for (const seq of new Set(deliveries.map((event) => event.seq))) {
      const all = deliveries.filter((event) => event.seq === seq);
      if (Math.max(all.length, ...all.map((event) => event.deliveries)) > max) claim.wrong('tooOften', seq);
      const confirmed = history.acks
        .filter((ack) => ack.consumer === consumer && ack.seq === seq && ack.outcome === 'ok')
        .map(({ t }) => t);
      for (const { t } of all) if (t > Math.min(...confirmed)) claim.wrong('redeliveredConfirmed', seq);
    }
  }
  return claim;
}

export function queueFair(history: History, received: string[], tolerance: number): Claim {
  const claim = new Claim();
  const consumers = [...new Set(received.map((workload) => history.workloads[workload]!.target))];
  for (const consumer of consumers) {
    const members = received.filter((workload) => history.workloads[workload]!.target === consumer);
    const got = members.map(
      (member) => history.deliveries.filter(({ workload }) => workload === member).length,
    );
    const total = got.reduce((sum, one) => sum + one, 0);
    const least = (total / members.length) * (1 - tolerance);
    const tooFew = members.length < 2 || total === 0 || (least < 1 && got.includes(0));
    claim.openIf(tooFew);
    if (!tooFew) for (const one of got) if (one < least) claim.wrong('unfair', 0);
  }
  return claim;
}

export function orderedBySubject(history: History, received: string[]): Claim {
  const claim = new Claim();
  for (const reader of received) {
    const all = history.deliveries.filter(({ workload }) => workload === reader).sort((a, b) => a.t - b.t);
    const first = all.filter(
      ({ seq, deliveries }, at) => deliveries === 1 && !all.slice(0, at).some((one) => one.seq === seq),
    );
    claim.openIf(first.length < 2 || first.every(({ id }) => id === null));
    for (const subject of ['qa.x', 'qa.y']) {
      const of = first.filter(({ id }) => id !== null && subjectOf(publisherOf(id).n) === subject);
      for (const [at, { seq }] of of.entries())
        if (of.slice(0, at).some((one) => one.seq > seq)) claim.wrong('againstSubject', seq);
    }
  }
  return claim;
}

function streamOf(consumer: string): string {
  return consumer.split('/').slice(0, 2).join('/');
}

function consumersOf(history: History, received: string[], claim: Claim): string[] {
  for (const workload of received)
    claim.openIf(!history.deliveries.some((event) => event.workload === workload));
  return [...new Set(received.map((workload) => history.workloads[workload]!.target))];
}

function deliveriesOf(history: History, consumer: string): DeliverEvent[] {
  return history.deliveries.filter((event) => event.consumer === consumer);
}

/** What a stream holds for a consumer; undefined where nobody knows. */
function meantFor(history: History, consumer: string): StoredEvent[] | undefined {
  const audit = consumerAudit(history, consumer);
  if (audit?.complete !== true || audit.settings === undefined) return undefined;
  const { filters } = audit.settings;
  return storedIn(history, streamOf(consumer)).filter(
    ({ subject }) => filters.length === 0 || filters.some((filter) => subjectMatches(filter, subject)),
  );
}

function isHinderedAt(history: History, consumer: string): boolean {
  const drain = history.consumerDrains.findLast((event) => event.consumer === consumer);
  return drain !== undefined && !['drained', 'stalled', 'gone'].includes(drain.outcome);
}

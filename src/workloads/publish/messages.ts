import { ExpectedSequences } from '../../nats/publish/expected-sequences.ts';
import { demandRoom, identityOf } from '../../support/message-body.ts';
import { MessageForm } from '../../nats/publish/message-form.ts';
import { expandSubject } from '../../support/subject-template.ts';
import type { PublishOptions } from './options.ts';
import { sizesOf } from '../../support/message-sizes.ts';
import type { WorkloadContext } from '../workload.ts';

/** What the messages of a workload look like. */
export interface Messages {
  form: MessageForm;
  expected?: ExpectedSequences;
}

/** @throws ChaosError `invalid` when the body is too small for its identity */
export function messagesOf(ctx: Pick<WorkloadContext, 'runId' | 'name'>, options: PublishOptions): Messages {
  const { batch, count = Infinity, expectLast, headers = {}, retries, ttl } = options;
  const sizes = sizesOf(options.size);
  demandRoom(identityOf(ctx.runId, ctx.name, options.count ?? 999_999_999), sizes.smallest);
  const subjects = expandSubject(options.subject);
  const expected =
    expectLast === undefined ? {} : { expected: new ExpectedSequences(expectLast, subjects.length) };
  const form = new MessageForm({
    identityPrefix: identityOf(ctx.runId, ctx.name, 0).slice(0, -1),
    subjects,
    sizeOf: sizes.of,
    largestBytes: sizes.largest,
    headers: ttl === undefined ? headers : { ...headers, 'Nats-TTL': `${ttl}ms` },
    // Nothing is sent twice where nothing is sent again.
    messageIds: retries > 0,
    ...expected,
    ...(batch === undefined ? {} : { batch: { size: batch, last: count } }),
  });
  return { form, ...expected };
}

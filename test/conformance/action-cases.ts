import { expect } from 'vitest';
import type { ActionContext } from '../../src/actions/action.ts';
import { stepDown } from '../../src/actions/step-down.ts';
import { until } from '../../src/support/deadline.ts';

/** Releases beside the one under test; whichever of their series is at hand. */
const OLDER = '2.10';
const NEWER = '2.15';

export interface ActionCase {
  kind: string;
  options: Record<string, unknown>;
  /** The end of the test's name. */
  does: string;
  before?(ctx: ActionContext): Promise<void>;
  /** What it must say of its effect. */
  evidence?: RegExp;
  /** What it must say when it cannot be done. */
  refused?: RegExp;
  after?(ctx: ActionContext): Promise<void>;
}

/** For the two-zone environment, in this order: a later case may build upon an earlier one. */
export const ACTION_CASES: readonly ActionCase[] = [
  {
    kind: 'step-down',
    options: { stream: 'qa1a/qa' },
    does: 'another node leads the stream',
    evidence: /^qa1a\/qa: (js\d-qa1a) led before, (?!\1)js\d-qa1a does now$/,
  },
  {
    kind: 'step-down',
    options: { consumer: 'qa1a/qa/c' },
    does: 'another node leads the consumer',
    evidence: /^qa1a\/qa\/c: (js\d-qa1a) led before, (?!\1)js\d-qa1a does/,
  },
  {
    kind: 'step-down',
    options: { meta: 'qa1b' },
    does: 'another node leads the meta group',
    evidence: /^the meta group of qa1b: (js\d-qa1b) led before, (?!\1)js\d-qa1b does/,
  },
  ...['qa1a/js1-qa1a', 'qa1a/js2-qa1a', 'qa1a/js3-qa1a'].map((to): ActionCase => ({
    kind: 'step-down',
    options: { stream: 'qa1a/qa', to },
    does: `${to} leads the stream`,
    before: (ctx) => moveAway(ctx, to),
    evidence: new RegExp(`^qa1a/qa: js\\d-qa1a led before, ${to.slice(5)} does now$`),
  })),
  {
    kind: 'step-down',
    options: { stream: 'qa1a/qa', to: 'qa1a/js3-qa1a' },
    does: 'refused, because it leads already',
    refused: /^qa1a\/qa is led by js3-qa1a already$/,
  },
  {
    kind: 'restart',
    options: { nodes: 'qa1a/js2-qa1a', within: 60_000 },
    does: 'the node is another process',
    evidence: /^qa1a\/js2-qa1a: each has a new server id and is healthy$/,
  },
  {
    kind: 'rolling-restart',
    options: { cluster: 'qa1b', within: 60_000 },
    does: 'every node is another process',
    evidence: /^qa1b\/js1-qa1b, qa1b\/js2-qa1b, qa1b\/js3-qa1b: each has a new server id/,
  },
  {
    kind: 'scale-replicas',
    options: { stream: 'qa1a/qa', replicas: 1, within: 60_000 },
    does: 'one replica is left',
    evidence: /^qa1a\/qa: 3 replicas before \(.*\), 1 declared and 1 current now \(js\d-qa1a\)$/,
  },
  {
    kind: 'scale-replicas',
    options: { stream: 'qa1a/qa', replicas: 3, within: 60_000 },
    does: 'three replicas are current',
    evidence: /, 3 declared and 3 current now \(js1-qa1a, js2-qa1a, js3-qa1a\)$/,
  },
  {
    kind: 'scale-replicas',
    options: { stream: 'qa1a/qa', replicas: 3, within: 60_000 },
    does: 'refused, because it would change nothing',
    refused: /^qa1a\/qa has 3 replicas already$/,
  },
  {
    kind: 'purge',
    options: { stream: 'qa1a/qa' },
    does: 'refused while there is nothing to purge',
    refused: /^qa1a\/qa holds no message to purge$/,
  },
  {
    kind: 'purge',
    options: { stream: 'qa1a/qa' },
    does: 'nothing of before is left',
    before: publish,
    evidence: /^qa1a\/qa: 3 messages up to sequence 3 before, first sequence 4 and 0 messages now$/,
  },
  {
    kind: 'delete-consumer',
    options: { consumer: 'qa1a/qa/c', recreate: true },
    does: 'it is gone, and there again as declared',
    evidence: /^qa1a\/qa\/c, made .*, is gone; then it is there, made .*, with the same configuration$/,
  },
  {
    kind: 'delete-consumer',
    options: { consumer: 'qa1b/qa/c', recreate: false },
    does: 'it is gone',
    evidence: /^qa1b\/qa\/c, made .*, is gone$/,
    after: (ctx) => expect(ctx.observer.consumerInfo('qa1b/qa/c')).rejects.toThrow(/not found/),
  },
  {
    kind: 'upgrade',
    options: { nodes: 'qa1a@meta-leader', to: OLDER, rolling: true, within: 60_000 },
    does: 'the node runs an older release',
    evidence: /^qa1a\/js\d-qa1a: \d+\.\d+\.\d+, now \d+\.\d+\.\d+$/,
  },
  {
    kind: 'upgrade',
    options: { cluster: 'qa1b', to: NEWER, rolling: true, within: 60_000 },
    does: 'every node runs a newer release',
    evidence: /^(qa1b\/js\d-qa1b: \d+\.\d+\.\d+, now \d+\.\d+\.\d+(; )?){3}$/,
  },
  {
    kind: 'upgrade',
    options: { nodes: 'qa1b/js1-qa1b', to: NEWER, rolling: true, within: 60_000 },
    does: 'refused, because it would change nothing',
    refused: /^qa1b\/js1-qa1b runs nats-server .* already$/,
  },
];

/** Nobody can hand over to itself. */
async function moveAway(ctx: ActionContext, node: string): Promise<void> {
  const leader = await until(() => ctx.observer.streamLeader('qa1a/qa'), {
    timeoutMs: 60_000,
    everyMs: 100,
    what: 'a leader of qa1a/qa',
  });
  if (`qa1a/${leader}` === node) await stepDown.perform(ctx, { kind: 'step-down', stream: 'qa1a/qa' });
}

async function publish(ctx: ActionContext): Promise<void> {
  const servers = ctx.nodes.filter((node) => node.cluster === 'qa1a').map((node) => node.client);
  const connection = await ctx.driver.connect(servers, 'APP', 'test');
  // A stream that was scaled just before may have its leader yet to elect.
  for (const text of ['a', 'b', 'c']) {
    await until(() => connection.request('events.qa.qa1a.test', text), {
      timeoutMs: 60_000,
      everyMs: 100,
      what: 'an acknowledgement of qa1a/qa',
    });
  }
  await connection.close();
}

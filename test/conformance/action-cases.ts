import { expect } from 'vitest';
import type { ActionContext } from '../../src/actions/action.ts';
import { moveStream } from '../../src/actions/move-stream.ts';
import { askApi } from '../../src/nats/api.ts';
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
  /** Kind of a later case that is begun with the end of this one, beside those between, which have nothing to do with it. */
  begins?: string;
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
    // Servers make snapshots every minute from their start on; until then the cases are about qa1a.
    begins: 'meta-snapshot',
  },
  {
    kind: 'move-stream',
    options: { stream: 'qa1a/qa', from: 'qa1a/qa@follower', within: 60_000 },
    does: 'refused, because no node of the cluster is free',
    refused: /^qa1a\/qa has a replica on every node of qa1a: there is none to take the place of js\d-qa1a$/,
  },
  {
    kind: 'peer-remove',
    options: { stream: 'qa1a/qa', node: 'qa1a/js1-qa1a', rejoin: true, within: 60_000 },
    does: 'refused, because no node of the cluster is free',
    refused: /^qa1a\/qa has a replica on every node of qa1a: there is none to take the place of js1-qa1a$/,
  },
  {
    kind: 'scale-replicas',
    options: { stream: 'qa1a/qa', replicas: 2, within: 60_000 },
    does: 'two replicas are left',
    before: publish,
    evidence: /, 2 declared and 2 current now/,
  },
  {
    kind: 'move-stream',
    options: { stream: 'qa1a/qa', from: 'qa1a/qa@leader', within: 60_000 },
    does: 'the node that was free has what the leader had',
    evidence: /now, 2 of them current; last sequence 6 before, 6 now$/,
  },
  {
    kind: 'peer-remove',
    options: { stream: 'qa1a/qa', node: 'qa1a/qa@follower', rejoin: true, within: 60_000 },
    does: 'another node takes the place, and gives it back',
    evidence:
      /^(.*), 2 of them current; last sequence 6 before, 6 now; then .*, 2 of them current; last sequence 6/,
  },
  {
    kind: 'peer-remove',
    options: { stream: 'qa1a/qa', node: 'qa1a/qa@leader', rejoin: false, within: 60_000 },
    does: 'another node takes the place of the leader',
    evidence: /^[^;]*, 2 of them current; last sequence 6 before, 6 now$/,
  },
  {
    kind: 'scale-replicas',
    options: { stream: 'qa1a/qa', replicas: 1, within: 60_000 },
    does: 'one replica is left',
    evidence: /, 1 declared and 1 current now/,
  },
  {
    kind: 'peer-remove',
    options: { stream: 'qa1a/qa', node: 'qa1a/qa@leader', rejoin: true, within: 60_000 },
    does: 'refused for the one replica there is',
    refused: /^qa1a\/qa has its one replica on js\d-qa1a: all that it holds would go$/,
  },
  {
    kind: 'move-stream',
    options: { stream: 'qa1a/qa', from: 'qa1a/js1-qa1a', to: 'qa1a/js3-qa1a', within: 60_000 },
    does: 'the one replica is where it was sent',
    before: (ctx) => bringTo(ctx, 'qa1a/js1-qa1a'),
    evidence:
      /^qa1a\/qa: replicas on js1-qa1a before, on js3-qa1a now, 1 of them current; last sequence 6 before, 6/,
  },
  {
    kind: 'move-stream',
    options: { stream: 'qa1a/qa', from: 'qa1a/js3-qa1a', to: 'qa1b/js1-qa1b', within: 60_000 },
    does: 'refused to a node of another cluster',
    refused: /^qa1a\/qa cannot move to js1-qa1b; free for it: js1-qa1a, js2-qa1a$/,
  },
  {
    kind: 'scale-replicas',
    options: { stream: 'qa1a/qa', replicas: 3, within: 60_000 },
    does: 'three replicas are current again',
    evidence: /, 3 declared and 3 current now/,
  },
  {
    kind: 'meta-peer-remove',
    options: { node: 'qa1a@meta-leader', within: 420_000 },
    does: 'the others forget it, and it comes back',
    evidence:
      /^while (js\d-qa1a) was stopped, the meta group was (?!.*\1.*;)(js\d-qa1a(, )?){2} \(.*\); then the meta group was js1-qa1a, js2-qa1a, js3-qa1a \(js1-qa1a, js2-qa1a, js3-qa1a current\), and \1 is healthy$/,
  },
  {
    kind: 'upgrade',
    options: { nodes: 'qa1a@meta-leader', to: OLDER, rolling: true, within: 60_000 },
    does: 'the node runs an older release',
    evidence: /^qa1a\/js\d-qa1a: \d+\.\d+\.\d+, now \d+\.\d+\.\d+$/,
  },
  {
    kind: 'meta-snapshot',
    options: { cluster: 'qa1b', assets: 20, within: 100_000 },
    does: 'every node has taken it into a snapshot, and nothing is left',
    evidence: /^(qa1b\/js\d-qa1b: \d+ entries applied, log from \d+ before, from \d+ now(; )?){3}$/,
    after: (ctx) => expect(streamsOf(ctx, 'qa1b')).resolves.toEqual(['qa', 'qa_mirror_qa1a']),
  },
  {
    kind: 'rolling-restart',
    options: { cluster: 'qa1b', within: 60_000 },
    does: 'every node is another process',
    evidence: /^qa1b\/js1-qa1b, qa1b\/js2-qa1b, qa1b\/js3-qa1b: each has a new server id/,
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

/** Makes a node the one that holds the one replica of qa1a/qa. */
async function bringTo(ctx: ActionContext, node: string): Promise<void> {
  const { leader } = await ctx.observer.streamInfo('qa1a/qa');
  if (`qa1a/${leader ?? ''}` === node) return;
  await moveStream.perform(ctx, {
    kind: 'move-stream',
    stream: 'qa1a/qa',
    from: 'qa1a/qa@leader',
    to: node,
    within: 60_000,
  });
}

async function streamsOf(ctx: ActionContext, cluster: string): Promise<string[]> {
  const servers = ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.client);
  const connection = await ctx.driver.connect(servers, 'APP', 'test');
  const { streams } = await askApi<{ streams: string[] }>(connection, 'STREAM.NAMES');
  await connection.close();
  return streams.sort();
}

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

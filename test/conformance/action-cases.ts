import { expect } from 'vitest';
import type { ActionContext, AssetChange } from '../../src/actions/action.ts';
import { moveStream } from '../../src/actions/streams/move-stream.ts';
import { askApi } from '../../src/nats/assets/api.ts';
import type { Connection } from '../../src/nats/connect.ts';
import { stepDown } from '../../src/actions/streams/step-down.ts';
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
  /** It needs other releases than the one under test, and is left out where there are none. */
  upgraded?: true;
  /** Afterwards a node is missing, until a later case brings it back. */
  leavesIncomplete?: true;
  /** What must be in the history afterwards. */
  change?: Partial<AssetChange>;
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
    kind: 'step-down',
    options: { stream: 'qa1a/qa', within: 2_000 },
    does: 'given up at once, because nobody else can lead',
    refused: /^no effect: qa1a\/qa has one replica, on js\d-qa1a, and nobody else can lead it$/,
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
    before: (ctx) => publish(ctx),
    evidence: /^qa1a\/qa: 3 messages up to sequence 3 before, first sequence 4 and 0 messages now$/,
    change: { asset: 'qa1a/qa', action: 'purge', removedUpTo: 3 },
  },
  {
    kind: 'update-stream',
    options: {
      stream: 'qa1a/qa',
      set: { maxMessages: 1000, maxAge: 3_600_000, description: 'changed' },
      within: 60_000,
    },
    does: 'the leader says so, with every replica current',
    evidence:
      /^qa1a\/qa: max_msgs -1 before, 1000 now, max_age 0 before, 3600000000000 now, description unset before, "changed" now; 3 of 3 replicas current, 0 messages$/,
    change: { asset: 'qa1a/qa', mayRemove: true },
  },
  {
    kind: 'update-stream',
    options: { stream: 'qa1a/qa', set: { maxMessages: 1000 }, within: 60_000 },
    does: 'refused, because it would change nothing',
    refused: /^qa1a\/qa has maxMessages 1000 already$/,
  },
  {
    kind: 'update-stream',
    options: { stream: 'qa1a/qa', set: { replicas: 4 }, within: 60_000 },
    does: 'refused in the words of the server',
    refused: /^STREAM\.UPDATE\.qa: .*\(\d+\)$/,
  },
  {
    kind: 'update-consumer',
    options: { consumer: 'qa1a/qa/c', set: { ackWait: 5000, maxAckPending: 10 }, within: 30_000 },
    does: 'the same consumer has the settings',
    evidence:
      /^qa1a\/qa\/c: ack_wait \d+ before, 5000000000 now, max_ack_pending \d+ before, 10 now; the consumer of before$/,
  },
  {
    kind: 'update-consumer',
    options: { consumer: 'qa1a/qa/c', set: { filter: 'events.qa.qa1a.test' }, within: 30_000 },
    does: 'a new filter is noted for the checks',
    evidence:
      /^qa1a\/qa\/c: filter_subject unset before, "events\.qa\.qa1a\.test" now; the consumer of before$/,
    change: { asset: 'qa1a/qa/c', refiltered: true },
  },
  {
    kind: 'resume-consumer',
    options: { consumer: 'qa1a/qa/c' },
    does: 'refused while it is not paused',
    refused: /^qa1a\/qa\/c is not paused$/,
  },
  {
    kind: 'pause-consumer',
    options: { consumer: 'qa1a/qa/c', for: 600_000 },
    does: 'the consumer says so, and what resumes it is on the disk',
    evidence: /^qa1a\/qa\/c is paused until \d{4}-/,
  },
  {
    kind: 'pause-consumer',
    options: { consumer: 'qa1a/qa/c', for: 600_000 },
    does: 'refused, because it is paused already',
    refused: /^qa1a\/qa\/c is paused already$/,
  },
  {
    kind: 'resume-consumer',
    options: { consumer: 'qa1a/qa/c' },
    does: 'it is paused no longer',
    evidence: /^qa1a\/qa\/c was paused, and is paused no longer$/,
  },
  {
    kind: 'rotate-clients',
    options: { cluster: 'qa1a', within: 30_000 },
    does: 'refused while no client is connected',
    refused: /^no client is connected to qa1a$/,
  },
  {
    kind: 'rotate-clients',
    options: { cluster: 'qa1a', within: 30_000 },
    does: 'the clients have new connections',
    before: (ctx) => connectApp(ctx),
    evidence: /^1 connections ended, 0 of them still there; connected now, by name: app: 1 of 1$/,
    after: () => closeApp(),
  },
  {
    kind: 'wipe-node',
    options: { node: 'qa1a/qa@follower', within: 120_000 },
    does: 'it starts empty, and has everything again',
    before: (ctx) => publish(ctx),
    evidence:
      /^the store of qa1a\/(js\d-qa1a) was empty; then qa1a\/qa: 3 of 3 replicas current, last sequence 6 before, 6 on \1 now; qa1a\/qa_mirror_qa1b: 3 of 3 replicas current/,
  },
  {
    kind: 'delete-stream',
    options: { stream: 'qa1b/qa', again: true, within: 60_000 },
    does: 'it is gone, and there again with its consumer, empty, with sequences above those of before',
    before: (ctx) => publish(ctx, 'qa1b'),
    evidence:
      /^qa1b\/qa, with 3 messages up to sequence 3, is gone; then it is there, made .*, with 1 of 1 consumers, 3 of 3 replicas current, and sequences from 200001 on$/,
    change: { asset: 'qa1b/qa', removedUpTo: 200_000 },
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
    before: (ctx) => publish(ctx),
    evidence: /, 2 declared and 2 current now/,
  },
  {
    kind: 'move-stream',
    options: { stream: 'qa1a/qa', from: 'qa1a/qa@leader', within: 60_000 },
    does: 'the node that was free has what the leader had',
    evidence: /now, 2 of them current; last sequence 9 before, 9 now$/,
  },
  {
    kind: 'peer-remove',
    options: { stream: 'qa1a/qa', node: 'qa1a/qa@follower', rejoin: true, within: 60_000 },
    does: 'another node takes the place, and gives it back',
    evidence:
      /^(.*), 2 of them current; last sequence 9 before, 9 now; then .*, 2 of them current; last sequence 9/,
  },
  {
    kind: 'peer-remove',
    options: { stream: 'qa1a/qa', node: 'qa1a/qa@leader', rejoin: false, within: 60_000 },
    does: 'another node takes the place of the leader',
    evidence: /^[^;]*, 2 of them current; last sequence 9 before, 9 now$/,
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
    refused: /^qa1a\/qa has its one replica on js\d-qa1a: everything in it would be lost$/,
  },
  {
    kind: 'move-stream',
    options: { stream: 'qa1a/qa', from: 'qa1a/js1-qa1a', to: 'qa1a/js3-qa1a', within: 60_000 },
    does: 'the one replica is where it was sent',
    before: (ctx) => bringTo(ctx, 'qa1a/js1-qa1a'),
    evidence:
      /^qa1a\/qa: replicas on js1-qa1a before, on js3-qa1a now, 1 of them current; last sequence 9 before, 9/,
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
    kind: 'add-node',
    options: { node: 'qa1a/js3-qa1a', within: 420_000 },
    does: 'refused, because the node is there',
    refused: /^qa1a\/js3-qa1a is in its cluster; remove-node takes a node out$/,
  },
  {
    kind: 'remove-node',
    options: { node: 'qa1a/js3-qa1a', wipe: true },
    does: 'the others go on without it',
    evidence:
      /^while js3-qa1a was stopped, the meta group was js1-qa1a, js2-qa1a \(.* current\); its store is empty$/,
    leavesIncomplete: true,
  },
  {
    kind: 'add-node',
    options: { node: 'qa1a/js3-qa1a', within: 420_000 },
    does: 'the meta group grows by it',
    evidence:
      /^2 members before \(js1-qa1a, js2-qa1a\); then the meta group was js1-qa1a, js2-qa1a, js3-qa1a \(.*js3-qa1a current\), and js3-qa1a is healthy$/,
  },
  {
    kind: 'meta-peer-remove',
    options: { node: 'qa1a@meta-leader', within: 420_000 },
    does: 'the others forget it, and it comes back',
    evidence:
      /^while (js\d-qa1a) was stopped, the meta group was (?!.*\1.*;)(js\d-qa1a(, )?){2} \(.*\); then the meta group was js1-qa1a, js2-qa1a, js3-qa1a \(.*\1.* current\), and \1 is healthy$/,
  },
  {
    kind: 'upgrade',
    options: { nodes: 'qa1a@meta-leader', to: OLDER, rolling: true, within: 60_000 },
    does: 'the node runs an older release',
    evidence: /^qa1a\/js\d-qa1a: \d+\.\d+\.\d+, now \d+\.\d+\.\d+$/,
  },
  {
    kind: 'promote-mirror',
    options: { stream: 'qa1a/qa_mirror_qa1b', within: 60_000 },
    does: 'refused where a node is too old',
    refused: /^promote-mirror needs nats-server 2\.12 or later, and qa1a\/js\d-qa1a runs 2\.10\.\d+$/,
    upgraded: true,
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
  {
    kind: 'promote-mirror',
    options: { stream: 'qa1b/qa', within: 60_000 },
    does: 'refused for a stream that is no mirror',
    refused: /^qa1b\/qa is no mirror$/,
  },
  {
    kind: 'promote-mirror',
    options: { stream: 'qa1b/qa_mirror_qa1a', subjects: ['promoted.qa1a.>'], within: 60_000 },
    does: 'it takes messages itself',
    evidence:
      /^qa1b\/qa_mirror_qa1a: it mirrors nothing, subjects \["promoted\.qa1a\.>"\], last sequence 9 before, 9 now, 3 of 3 replicas current$/,
  },
  {
    kind: 'seal',
    options: { stream: 'qa1b/qa' },
    does: 'it takes no message any more',
    evidence: /^qa1b\/qa is sealed; a message to it: .*sealed.*; a purge: .*\(\d+\)$/,
  },
  {
    kind: 'seal',
    options: { stream: 'qa1b/qa' },
    does: 'refused, because it is sealed already',
    refused: /^qa1b\/qa is sealed already$/,
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

let app: Connection | undefined;

async function connectApp(ctx: ActionContext): Promise<void> {
  const servers = ctx.nodes.filter((node) => node.cluster === 'qa1a').map((node) => node.client);
  app = await ctx.driver.connect(servers, 'APP', 'app');
}

async function closeApp(): Promise<void> {
  await app?.close();
}

async function publish(ctx: ActionContext, cluster = 'qa1a'): Promise<void> {
  const servers = ctx.nodes.filter((node) => node.cluster === cluster).map((node) => node.client);
  const connection = await ctx.driver.connect(servers, 'APP', 'test');
  // A stream that was scaled just before may have its leader yet to elect.
  for (const text of ['a', 'b', 'c']) {
    await until(() => connection.request(`events.qa.${cluster}.test`, text), {
      timeoutMs: 60_000,
      everyMs: 100,
      what: `an acknowledgement of ${cluster}/qa`,
    });
  }
  await connection.close();
}

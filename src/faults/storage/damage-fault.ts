import type { Damage, StoreFile, StorePlace, StoreRole } from '../../drivers/driver.ts';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Random } from '../../support/random.ts';
import { address, defaulted, Type } from '../../support/schema.ts';
import { chooseFiles } from './damage-choice.ts';
import { damageInForce, damageRemoved, observeDamage, type DamageObservation } from './damage-observation.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget } from '../fault.ts';
import { listOf, nodesField } from '../fields.ts';
import { disk, processes } from '../capabilities.ts';
import { resolveNodes } from '../targets.ts';

/** How long a start may take: a server reads its store before it answers. */
const ANSWERS_MS = 60_000;

const commonFields = {
  nodes: nodesField,
  stream: Type.Optional(
    address(
      'stream',
      'The stream whose files are damaged; left out, with raft or snapshots: the meta group.',
    ),
  ),
  files: Type.Unsafe<StoreRole>({
    type: 'string',
    enum: ['blocks', 'index', 'snapshots', 'raft'],
    description:
      'What is damaged: the message blocks of the stream, the index over them, or the snapshots or the log of its raft group.',
  }),
  restore: defaulted(
    Type.Boolean({
      description:
        'Copy the whole store of each node before the damage, and put the copy back when the fault is undone: what the node stored in between is lost. Without it the damage stays, and the undo only makes sure that the node runs.',
    }),
    false,
  ),
};

/** The differences between faults on stores; `E` are the fields that only one of them has. */
interface DamageTraits<E> {
  kind: string;
  summary: string;
  proof: string;
  example: string;
  description: string;
  fields: Type.TProperties;
  /** How many of the files are damaged. */
  readonly count: (options: E) => number | 'all';
  /** An empty file can be deleted, but not damaged in another way. */
  readonly canDamage: (file: StoreFile) => boolean;
  readonly damage: (file: StoreFile, options: E, random: Random) => Damage;
}

/** A fault on the files of nodes, which are stopped for it and started again; these faults differ in the damage. */
export function damageFault<E>(traits: DamageTraits<E>) {
  type Options = Common & E;
  const schema = Type.Unsafe<Options>(
    Type.Object(
      { kind: Type.Literal(traits.kind), ...commonFields, ...traits.fields, ...commonFaultFields },
      {
        additionalProperties: false,
        not: {
          required: ['files'],
          properties: { files: { enum: ['blocks', 'index'], description: 'Files that only a stream has.' } },
          not: { required: ['stream'] },
        },
        'x-message': 'blocks and index belong to a stream: name it with `stream: cluster/stream`',
        description: traits.description,
      },
    ),
  );
  const fault: Fault<typeof schema, DamageObservation> = {
    kind: traits.kind,
    summary: traits.summary,
    proof: traits.proof,
    example: traits.example,
    schema,
    requires: ['processes', 'disk'],
    takesNodesDown: true,
    title: (options: Options) =>
      `${traits.kind} of ${options.files} of ${ownerText(options)} on ${listOf(options.nodes).join(', ')}`,
    resolve: resolveStores,
    observe: observeDamage,
    vacuous: (before) => {
      const dead = Object.entries(before).filter(([, node]) => node.state !== 'running');
      if (dead.length === 0) return null;
      return `${dead.map(([name, node]) => `${name} was already ${node.state}`).join(', ')} before the fault`;
    },
    undo: (target, options: Options, { driver }) =>
      target.nodes.flatMap((node) => [
        { driver, op: 'processes.start', args: { node } },
        // Undo records are replayed in reverse order: the store is put back before the node is started.
        ...(options.restore ? [{ driver, op: 'disk.put-back', args: { node, mark: markOf(target) } }] : []),
      ]),
    inject: (ctx, target, options: Options) => injectDamage(traits, ctx, target, options),
    inForce: (_before, now) => damageInForce(now),
    removed: (_before, now) => damageRemoved(now),
  };
  return fault;
}

interface Common {
  nodes: string | string[];
  stream?: string;
  files: StoreRole;
  restore: boolean;
}

/** Resolved while the nodes run: a stopped node cannot report the raft group of a stream. */
async function resolveStores(ctx: FaultContext, options: Common): Promise<FaultTarget> {
  const target = await resolveNodes(ctx, options.nodes);
  const group = options.stream === undefined ? null : await ctx.observer.raftGroup(options.stream);
  const mark = `damage-${Math.floor(ctx.random.next() * 2 ** 32).toString(16)}`;
  return { ...target, store: { mark, group } };
}

/** SIGTERM first: after a kill, entries that are not in a snapshot yet would be replayed over the damage. */
async function injectDamage<E>(
  traits: DamageTraits<E>,
  ctx: FaultContext,
  target: FaultTarget,
  options: Common & E,
): Promise<void> {
  const place: StorePlace = {
    role: options.files,
    stream: options.stream ?? null,
    group: target.store?.group ?? null,
  };
  await Promise.all(target.nodes.map((node) => processes(ctx).stop(node)));
  for (const node of target.nodes) {
    const files = (await disk(ctx).files(node, place)).filter((file) => traits.canDamage(file));
    if (files.length === 0) {
      throw new ChaosError('failed', `${node} has no ${options.files} of ${ownerText(options)} to damage`);
    }
    if (options.restore) await disk(ctx).copyStore(node, markOf(target));
    for (const file of chooseFiles(files, traits.count(options), ctx.random)) {
      await disk(ctx).damage(node, file.path, traits.damage(file, options, ctx.random), markOf(target));
    }
  }
  await Promise.all(target.nodes.map((node) => startAgain(ctx, node)));
}

/** A server may exit at once because of the damage: that is no error here, the proof will show it. */
async function startAgain(ctx: FaultContext, node: string): Promise<void> {
  await processes(ctx).start(node);
  await until(
    async () => (await processes(ctx).state(node)) === 'down' || (await ctx.observer.answers(node)),
    { timeoutMs: ANSWERS_MS, signal: ctx.signal, what: `${node} to answer again` },
  );
}

function markOf(target: FaultTarget): string {
  return target.store?.mark ?? '';
}

function ownerText(options: { stream?: string }): string {
  return options.stream ?? 'the meta group';
}

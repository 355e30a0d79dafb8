import { PERMISSION_OPERATIONS } from '../../history/operations.ts';
import type { AccountRights } from '../../nats/accounts/crossings.ts';
import { closeAll, RunningClients, type GivenUp } from '../clients.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext } from '../workload.ts';
import { Letters } from './letter.ts';
import { Matrix } from './matrix.ts';
import type { PermissionsOptions } from './options.ts';
import { triedSubjects } from './subjects.ts';
import { User } from '../../nats/accounts/user.ts';
import { Witnesses } from './witnesses.ts';

/** Connects every user, and begins to try. @throws ChaosError when one of them cannot connect */
export async function startPermissions(
  ctx: WorkloadContext,
  options: PermissionsOptions,
): Promise<RunningWorkload> {
  const { cluster, subjects, every, count } = options;
  const tally = new Tally();
  const log = ctx.history.operations(ctx.name, PERMISSION_OPERATIONS);
  const tried = triedSubjects(subjects);
  const letters = new Letters(ctx.runId, ctx.name);
  const { accounts, nodes } = ctx.everyone ?? { accounts: [], nodes: [] };
  const witnesses = await Witnesses.open(ctx, {
    accounts,
    nodes,
    subjects: [...new Set(tried.map(({ sample }) => sample))],
    letters,
    crossed: (letter, account) => matrix.crossed(letter, account),
  });
  const users = await connectUsers(ctx, accounts).catch(async (error: unknown) => {
    await closeAll(witnesses.all.map(({ connection }) => connection));
    throw error;
  });
  const matrix = new Matrix({
    users,
    witnesses,
    tried,
    letters,
    log,
    tally,
    withinMs: options.within,
    now: ctx.elapsedMs,
    signal: ctx.signal,
  });
  let giveUp: (why: GivenUp) => void = () => undefined;
  void new Promise<GivenUp>((resolve) => (giveUp = resolve)).then(() => matrix.giveUp());
  return new RunningClients({
    ctx,
    kind: 'permissions',
    target: `${cluster}/users`,
    tally,
    connections: [...users, ...witnesses.all].map(({ connection }) => connection),
    clients: [matrix],
    rate: 1000 / every,
    count,
    atOnce: 1,
    giveUp: (why) => giveUp(why),
    last: () => matrix.quiet(),
  });
}

/** Every user of every account; they begin at the servers in turn. */
async function connectUsers(ctx: WorkloadContext, accounts: readonly AccountRights[]): Promise<User[]> {
  const who = accounts.flatMap(({ name: account, users }) =>
    users.map(({ name, permissions }) => ({ account, name, permissions })),
  );
  const connecting = who.map(async (user, first) => {
    const as = { account: user.account, user: user.name };
    return new User(user, await ctx.connect({ name: `${ctx.name} ${user.name}`, first, as }));
  });
  const all = await Promise.allSettled(connecting);
  const open = all.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const failed = all.find((one) => one.status === 'rejected');
  if (failed === undefined) return open;
  await closeAll(open.map(({ connection }) => connection));
  throw failed.reason;
}

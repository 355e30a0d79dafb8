import { certificates } from '../../faults/capabilities.ts';
import type { PresentedCertificate } from '../../nats/tls/handshake.ts';
import { ChaosError } from '../../support/errors.ts';
import { defaulted, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Action, ActionContext } from '../action.ts';
import { observeUntil } from '../observe.ts';
import { clusterOrNodes, clusterOrNodesText, eitherRule, resolveClusterOrNodes } from '../targets.ts';

const schema = Type.Object(
  {
    kind: Type.Literal('rotate-certificates'),
    ...clusterOrNodes,
    authority: defaulted(
      Type.Unsafe<'same' | 'new'>({
        type: 'string',
        enum: ['same', 'new'],
        description:
          'Who issues the new certificates. `new`: an authority that all servers and clients trust first, beside the old one; when every server of the environment has a certificate of it, the old one is trusted no longer.',
      }),
      'same',
    ),
    within: defaulted(timeLimit('How long each step may take.'), '30s'),
  },
  {
    ...eitherRule,
    description:
      'Gives running servers new certificates, one after the other, and makes them load those (SIGHUP); clients that must show a certificate get a new one too.',
  },
);
type Options = Static<typeof schema>;

type Presented = Record<string, PresentedCertificate | null>;

export const rotateCertificates: Action<typeof schema> = {
  kind: 'rotate-certificates',
  summary: 'Gives running servers new certificates, of the same authority or of a new one',
  proof:
    'A TLS handshake with each node: it presents a certificate with another serial number than before, which clients accept; of a new authority, if one was asked for.',
  example: '{ kind: rotate-certificates, cluster: qa1a }',
  exampleEnvironment: 'tls',
  schema,
  requires: ['certificates'],
  title: (options: Options) =>
    `rotate the certificates of ${clusterOrNodesText(options)}${options.authority === 'new' ? ', by a new authority' : ''}`,
  async perform(ctx, options) {
    const control = certificates(ctx);
    const nodes = await resolveClusterOrNodes(ctx, options);
    const before = await presentedBy(ctx, nodes);
    demandAnswers(before);
    const isNew = options.authority === 'new';
    if (isNew) {
      await control.trustNewAuthority();
      await everyoneLoads(ctx, options.within);
    }
    control.writeClientTrust();
    await control.renewClients();
    for (const node of nodes) {
      await control.renew(node);
      await rotated(ctx, before, [node], options);
    }
    const rest = isNew ? await issuedByOthers(ctx, before, nodes) : [];
    if (isNew && rest.length === 0) {
      await control.trustNewestAuthorityOnly();
      await everyoneLoads(ctx, options.within);
      control.writeClientTrust();
    }
    const proof = await rotated(ctx, before, nodes, options);
    if (!isNew) return proof;
    const trust =
      rest.length === 0
        ? 'only the new authority is trusted now'
        : `the old authority is still trusted, because of ${rest.join(', ')}`;
    return `${proof}; ${trust}`;
  },
};

async function presentedBy(ctx: ActionContext, nodes: readonly string[]): Promise<Presented> {
  const seen = await Promise.all(
    nodes.map(async (node) => [node, await certificates(ctx).presented(node)] as const),
  );
  return Object.fromEntries(seen);
}

function demandAnswers(before: Presented): void {
  const silent = Object.keys(before).filter((node) => before[node] === null);
  if (silent.length === 0) return;
  throw new ChaosError('failed', `${silent.join(', ')} presents no certificate: it does not answer`);
}

function rotated(
  ctx: ActionContext,
  before: Presented,
  nodes: readonly string[],
  { authority, within }: Options,
): Promise<string> {
  const isRotated = (node: string, now: PresentedCertificate | null): boolean =>
    now !== null &&
    now.objection === null &&
    now.serial !== before[node]?.serial &&
    (authority === 'same' || now.issuer !== before[node]?.issuer);
  return observeUntil({
    observe: () => presentedBy(ctx, nodes),
    holds: (now) => nodes.every((node) => isRotated(node, now[node] ?? null)),
    describe: (now) => nodes.map((node) => describe(node, before[node], now[node])).join('; '),
    timeoutMs: within,
    signal: ctx.signal,
  });
}

/** Waits until every server has read its files since they were last written. */
async function everyoneLoads(ctx: ActionContext, timeoutMs: Milliseconds): Promise<void> {
  const control = certificates(ctx);
  await observeUntil({
    observe: async () => {
      const late = ctx.nodes.map(async ({ address }) => {
        const { configLoadedAt } = await ctx.observer.server(address);
        return configLoadedAt >= control.writtenAt(address) ? [] : [address];
      });
      return (await Promise.all(late)).flat();
    },
    holds: (late) => late.length === 0,
    describe: (late) => `${late.join(', ')} has not loaded the authorities that it is to trust`,
    timeoutMs,
    signal: ctx.signal,
  });
}

/** The nodes of the environment that still present a certificate of the authority of before, or nothing. */
async function issuedByOthers(
  ctx: ActionContext,
  before: Presented,
  rotatedNodes: readonly string[],
): Promise<string[]> {
  const others = ctx.nodes.map(({ address }) => address).filter((node) => !rotatedNodes.includes(node));
  const old = new Set(Object.values(before).map((seen) => seen?.issuer));
  const now = await presentedBy(ctx, others);
  return others.filter((node) => now[node] === null || old.has(now[node]?.issuer));
}

function describe(
  node: string,
  before: PresentedCertificate | null | undefined,
  now: PresentedCertificate | null | undefined,
): string {
  if (!now) return `${node} presents no certificate`;
  const judgement =
    now.objection === null ? 'which clients accept' : `which clients refuse: ${now.objection}`;
  return `${node} presented ${shortSerial(before)} of ${before?.issuer ?? 'nobody'} before, and presents ${shortSerial(now)} of ${now.issuer} now, ${judgement}`;
}

/** Enough of it to tell certificates apart. */
function shortSerial(seen: PresentedCertificate | null | undefined): string {
  return seen?.serial.slice(0, 8).toLowerCase() ?? 'none';
}

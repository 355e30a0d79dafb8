import type { CertificateFlaw } from '../../drivers/driver.ts';
import type { PresentedCertificate } from '../../nats/tls/handshake.ts';
import { strictObject, Type, type Static } from '../../support/schema.ts';
import { certificates } from '../capabilities.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { listOf, nodesField } from '../fields.ts';
import { everyNode, observeEach } from '../per-node.ts';
import { resolveNodes } from '../targets.ts';

/** The reason for which a client refuses a certificate with a flaw, as Node.js names it. */
const OBJECTIONS: Readonly<Record<CertificateFlaw, readonly string[]>> = {
  expired: ['CERT_HAS_EXPIRED'],
  'wrong-host': ['ERR_TLS_CERT_ALTNAME_INVALID'],
  'unknown-authority': ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
};

const schema = strictObject(
  {
    kind: Type.Literal('certificate'),
    nodes: nodesField,
    flaw: Type.Unsafe<CertificateFlaw>({
      type: 'string',
      enum: Object.keys(OBJECTIONS),
      description:
        '`expired`: its time is over since a day. `wrong-host`: it is valid for another host. `unknown-authority`: nobody trusts the authority that issued it.',
    }),
    ...commonFaultFields,
  },
  'Gives running nodes a certificate that clients refuse, and makes them load it (SIGHUP); undone with the good one.',
);
type Options = Static<typeof schema>;

/** Node → the certificate that it presents to a new client; null when it does not answer. */
type Observation = { [node: string]: PresentedCertificate | null };

export const certificate: Fault<typeof schema, Observation> = {
  kind: 'certificate',
  summary: 'Gives running nodes a certificate that is expired, for another host, or of an unknown authority',
  proof:
    'A TLS handshake with each node, past the proxies: the serial number, the times and the hosts of the certificate that it presents, and why a client that checks it refuses it.',
  example: '{ kind: certificate, nodes: qa1a/js1-qa1a, flaw: expired }',
  exampleEnvironment: 'tls',
  schema,
  requires: ['certificates'],
  title: (options: Options) => `${options.flaw} certificate of ${listOf(options.nodes).join(', ')}`,
  resolve: (ctx, options) => resolveNodes(ctx, options.nodes),
  observe: (ctx, target) => observeEach(target.nodes, (node) => certificates(ctx).presented(node)),
  vacuous: (before) => {
    const silent = Object.entries(before).filter(([, seen]) => seen === null);
    if (silent.length > 0) return `${silent.map(([node]) => node).join(', ')} presents no certificate`;
    const refused = Object.entries(before).filter(([, seen]) => seen?.objection !== null);
    if (refused.length === 0) return null;
    return `the certificate of ${refused.map(([node]) => node).join(', ')} is refused already`;
  },
  undo: (target, _options, { driver }) =>
    target.nodes.map((node) => ({ driver, op: 'certificates.restore', args: { node } })),
  inject: async (ctx, target, options) => {
    await Promise.all(target.nodes.map((node) => certificates(ctx).spoil(node, options.flaw)));
  },
  inForce: (before, now, { flaw }) => ({
    proven: everyNode(
      now,
      (seen, node) =>
        seen !== null &&
        seen.serial !== before[node]?.serial &&
        OBJECTIONS[flaw].includes(seen.objection ?? ''),
    ),
    statement: describe(now),
  }),
  removed: (_before, now) => ({
    proven: everyNode(now, (seen) => seen !== null && seen.objection === null),
    statement: describe(now),
  }),
};

function describe(now: Observation): string {
  return Object.entries(now)
    .map(([node, seen]) => {
      if (seen === null) return `${node} presents no certificate`;
      const judgement =
        seen.objection === null ? 'which clients accept' : `which clients refuse: ${seen.objection}`;
      return `${node} presents the certificate ${shortSerial(seen.serial)}, valid until ${new Date(seen.notAfter).toISOString()}, ${judgement}`;
    })
    .join('; ');
}

/** Enough of it to tell certificates apart. */
function shortSerial(serial: string): string {
  return serial.slice(0, 8).toLowerCase();
}

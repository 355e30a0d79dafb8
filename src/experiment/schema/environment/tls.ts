import { strictObject, Type } from '../../../support/schema.ts';
import { EXPECTED } from '../common.ts';

type Listener = boolean | { verify: boolean };

export const tls = strictObject(
  {
    clients: listener('The ports for clients.'),
    routes: between('The routes of every cluster.'),
    leafnodes: listener('The links from leafnode clusters.'),
    gateways: between('The gateways between clusters.'),
  },
  'Where servers require TLS. The runner makes an authority for the run, and a certificate for each server; both are removed afterwards.',
);

export const clusterTls = strictObject(
  {
    clients: listener('The ports for clients.'),
    routes: between('The routes of the cluster.'),
    leafnodes: listener('The links from leafnode clusters to it.'),
  },
  'Where the servers of this cluster require TLS, each in place of what `tls` of the environment says; false: not. Gateways have what the environment says, at both ends.',
);

function listener(what: string) {
  return Type.Optional(
    Type.Unsafe<Listener>({
      type: ['boolean', 'object'],
      [EXPECTED]: 'true, or verify: true',
      additionalProperties: false,
      required: ['verify'],
      properties: {
        verify: { type: 'boolean', description: 'Whether the other side must show a certificate as well.' },
      },
      description: `${what} \`true\`, or \`{ verify: true }\`: the other side must show a certificate as well.`,
    }),
  );
}

function between(what: string) {
  return Type.Optional(
    Type.Unsafe<boolean>({
      type: 'boolean',
      description: `${what} Both sides always show a certificate.`,
    }),
  );
}

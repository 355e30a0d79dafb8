import { strictObject, Type } from '../../../support/schema.ts';

/** How the runner and its workloads connect to servers whose certificates it has not made. */
export const clientTls = strictObject(
  {
    ca: pemFile('ca.pem', 'The authorities that are trusted; left out: those that Node.js trusts.'),
    certificate: pemFile('client.pem', 'The certificate that clients show, if the servers ask for one.'),
    key: pemFile('client-key.pem', 'The key of that certificate.'),
  },
  'Files for connections with TLS, relative to this file. Servers that require TLS get it without this as well.',
);

function pemFile(example: string, description: string) {
  return Type.Optional(Type.String({ minLength: 1, examples: [example], description }));
}

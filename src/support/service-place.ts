import { ChaosError } from './errors.ts';
import { Type } from './schema.ts';

/** One replica of a service that runs. */
export interface RunningReplica {
  /** `service/1`. */
  address: string;
  service: string;
  /** `service-1`. */
  name: string;
  /** Name of a port → `host:port`, past the proxies. */
  ports: Readonly<Record<string, string>>;
}

/** Where something is that is no server of NATS: a service of the environment, or an address. */
export interface ServicePlace {
  /** `service` or `service/1`. */
  service?: string;
  /** Of the service; left out: its only one. */
  port?: string;
  url?: string;
}

/** The fields of a place, without a demand that one is given. */
export const placeFields = (service: Type.TUnsafe<string>, url: string) => ({
  service: Type.Optional(service),
  port: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'The port of the service, by its name; left out: its only one.',
    }),
  ),
  url: Type.Optional(Type.String({ minLength: 1, description: url })),
});

export const pathOf = (description: string) =>
  Type.String({
    pattern: '^/[^\\s]*$',
    'x-expected': 'a path that begins with "/", without spaces',
    examples: ['/api/orders'],
    description,
  });

export const headersOf = (description: string) =>
  Type.Optional(
    Type.Unsafe<Record<string, string>>({
      type: 'object',
      propertyNames: { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", 'x-expected': 'the name of a header' },
      additionalProperties: {
        type: 'string',
        pattern: '^[^\\r\\n]*$',
        'x-expected': 'a text of one line',
        description: 'Its value; a secret as ${secrets.NAME}.',
      },
      description,
    }),
  );

/** For people: `api`, `api/1`, or the address. */
export function placeInWords({ service, url }: ServicePlace): string {
  return service ?? url ?? '';
}

/**
 * `host:port` of each replica that a place means, past the proxies.
 *
 * @throws ChaosError `invalid` for a service, replica or port that there is not, or where several ports are meant
 */
export function addressesOf(
  { service = '', port }: ServicePlace,
  services: readonly RunningReplica[],
): string[] {
  const replicas = services.filter(
    (one) => one.service === service || one.address === service || one.name === service,
  );
  if (replicas.length === 0) throw new ChaosError('invalid', `no service or replica ${service} runs`);
  return replicas.map(({ address, ports }) => {
    const names = Object.keys(ports);
    const name = port ?? (names.length === 1 ? names[0] : undefined);
    const found = name === undefined ? undefined : ports[name];
    if (found !== undefined) return found;
    throw new ChaosError(
      'invalid',
      port === undefined
        ? `${address} has ${names.length === 0 ? 'no port' : `the ports ${names.join(', ')}`}: name one`
        : `${address} has no port ${port}; it has ${names.length === 0 ? 'none' : names.join(', ')}`,
    );
  });
}

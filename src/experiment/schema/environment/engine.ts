import { strictObject, Type } from '../../../support/schema.ts';
import { EXPECTED } from '../common.ts';

/** The Docker engine of one cluster; other drivers than docker ignore it. */
export const engine = strictObject(
  {
    host: Type.Optional(
      Type.String({
        pattern: '^(unix:///.+|(tcp|ssh)://.+)$',
        [EXPECTED]: 'unix:///path, tcp://host:port or ssh://user@host',
        examples: ['unix:///run/user/1000/docker.sock', 'tcp://10.0.0.2:2376', 'ssh://ops@10.0.0.2'],
        description: 'Where the engine is, as in `DOCKER_HOST`. Left out: what that variable says.',
      }),
    ),
    certPath: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Folder of ca.pem, cert.pem and key.pem, from the folder of this file; for `tcp` with TLS. Left out: no TLS.',
      }),
    ),
    address: Type.Optional(
      Type.String({
        pattern: '^((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}$',
        [EXPECTED]: 'an IPv4 address, such as 10.0.0.2',
        description:
          "Address of the engine's machine: ports are published there, for the runner and for clusters on other engines. Left out: 127.0.0.1, which only that machine reaches.",
      }),
    ),
  },
  'With the docker driver: the engine that the containers of this cluster are on, when it is another one than `DOCKER_HOST` says.',
);

import { dockerEnginesOf } from '../../resolve/docker-engines.ts';
import type { EnvironmentRule } from '../rule.ts';

export const engineCertificates: EnvironmentRule = {
  name: 'engines/certificates',
  demand: 'Certificates are only for an engine that is reached over TCP.',
  check({ value, complaints }) {
    for (const { pointer, host, certPath } of dockerEnginesOf(value)) {
      if (certPath === undefined || host?.startsWith('tcp:') === true) continue;
      complaints.error(
        `${pointer}/certPath`,
        'certificates are for TLS: expected `host: tcp://...` beside it',
        'key',
      );
    }
  },
};

import { isUrl, originsOf } from '../../resolve/origins.ts';
import type { EnvironmentRule } from '../rule.ts';

export const mirrorApi: EnvironmentRule = {
  name: 'mirrors/api',
  demand:
    'The API prefix of a mirror or source is no URL: NATS accepts one without an error and copies nothing.',
  check({ value, inventory, complaints }) {
    for (const { at, api, from } of originsOf(value, inventory)) {
      if (!isUrl(api)) continue;
      const domain = from === undefined ? undefined : inventory.clusters.get(from.cluster)?.domain;
      complaints.error(
        `${at}/external/api`,
        `found "${api}"; a URL here mirrors nothing, for ever and without an error. NATS reaches another cluster by the API prefix of its domain, ${domain === undefined ? '$JS.<domain>.API' : `$JS.${domain}.API`}, which needs a leafnode link and a domain; or leave \`external\` out, and it is derived`,
      );
    }
  },
};

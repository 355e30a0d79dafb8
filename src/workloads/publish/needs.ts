import { ChaosError } from '../../support/errors.ts';
import { compareVersions } from '../../support/versions.ts';
import type { PublishOptions } from './options.ts';

/** Fields that older servers ignore without a word, and the first version that knows each. */
const NEEDS: readonly (readonly [field: 'ttl' | 'batch', version: string])[] = [
  ['ttl', '2.11.0'],
  ['batch', '2.12.0'],
];

/** @throws ChaosError `unsupported` when the server is too old for a field of the options */
export function demandVersion(name: string, options: PublishOptions, version: string | undefined): void {
  for (const [field, first] of NEEDS) {
    if (options[field] === undefined || version === undefined) continue;
    if (compareVersions(version, `${first}-0`) >= 0) continue;
    throw new ChaosError('invalid', `${field} of ${name} needs nats-server ${first}; this one is ${version}`);
  }
}

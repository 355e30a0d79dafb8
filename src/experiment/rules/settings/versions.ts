import { schemas } from '../../schema/validators.ts';
import { walk } from '../../schema/walk.ts';
import { segments } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';
import { isBefore } from '../version.ts';

export const settingVersions: EnvironmentRule = {
  name: 'settings/versions',
  demand: 'The version of the servers knows every setting of streams, consumers and buckets.',
  check({ value, inventory, complaints }) {
    walk(schemas.environment, value, (schema, part, pointer) => {
      // A flag that is off asks for nothing.
      if (part === false) return;
      const field = segments(pointer).at(-1) ?? '';
      const later = schema['x-since-of']?.[String(part)];
      const since = later ?? schema['x-since'];
      if (since === undefined || !isBefore(inventory.nats, since)) return;
      const what = later === undefined ? field : `${field}: ${String(part)}`;
      complaints.error(
        pointer,
        `${what} needs nats-server ${since} or later; the environment has ${inventory.nats ?? ''}`,
      );
    });
  },
};

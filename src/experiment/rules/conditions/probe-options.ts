import { probes } from '../../../probes/index.ts';
import { placeProblems } from '../../resolve/service-places.ts';
import { conditionsOf } from '../../resolve/conditions-of.ts';
import { field } from '../../source/lenient.ts';
import { isMap } from '../../schema/json-schema.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const probeOptions: ExperimentRule = {
  name: 'conditions/probe-options',
  demand:
    'What a probe is given can be used: its path, its regular expression, its query parameters, its place.',
  check({ value, inventory, complaints }) {
    for (const { item, at } of conditionsOf(value)) {
      const probe = probes.find(({ kind }) => kind === field(item, 'kind'));
      if (!isMap(item)) continue;
      for (const { field: name, key, text } of probe?.flaws?.(item) ?? []) {
        if (key === undefined) complaints.error(`${at}/${name}`, text);
        else complaints.error(child(`${at}/${name}`, key), text, 'key');
      }
      const protocols = PROTOCOLS[String(field(item, 'kind'))];
      if (protocols === undefined) continue;
      for (const [name, text] of placeProblems(item, inventory, { protocols, one: isOfOne(item) }))
        complaints.error(`${at}/${name}`, text);
    }
  },
};

/** Of probes that read a service or an address. */
const PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  redis: ['redis', 'rediss'],
  sql: ['postgres', 'postgresql'],
  trace: ['http', 'https'],
};

function isOfOne(item: unknown): boolean {
  return !['masters', 'lag', 'replicas'].includes(String(field(item, 'read')));
}

import type { EnvironmentSpec } from '../drivers/spec.ts';
import type { JsonSchema } from '../experiment/schema/json-schema.ts';
import { walk } from '../experiment/schema/walk.ts';

/** What is in no cluster and no service. */
const OF_EXPERIMENT: ReadonlySet<string> = new Set(['workload', 'phase']);
/** They are the same in all clusters. */
const EVERYWHERE: ReadonlySet<string> = new Set(['account', 'user']);

/**
 * The clusters, services and workloads that an item names by its addresses, each once.
 *
 * @param schema of the item
 * @returns undefined where it cannot be told from them
 */
export function touchedBy(
  schema: JsonSchema,
  item: unknown,
  { clusters }: Pick<EnvironmentSpec, 'clusters'>,
): string[] | undefined {
  const touched: (string | null)[] = [];
  walk(schema, item, ({ 'x-address': kind }, value) => {
    if (kind === undefined || typeof value !== 'string') return;
    if (EVERYWHERE.has(kind)) touched.push(null);
    else if (OF_EXPERIMENT.has(kind)) touched.push(`${kind} ${value}`);
    else touched.push(ownerOf(value, clusters));
  });
  const names = [...new Set(touched)].filter((name) => name !== null);
  return touched.includes(null) || names.length === 0 ? undefined : names;
}

/** `qa1a` of `qa1a/js1-qa1a`, `qa1a/qa@leader` or `qa1a@any`; the cluster of a node that is named alone. */
function ownerOf(address: string, clusters: EnvironmentSpec['clusters']): string {
  const first = address.split(/[/@]/)[0] ?? address;
  const alone = clusters.find(({ nodes }) => nodes.includes(address));
  return alone?.name ?? first;
}

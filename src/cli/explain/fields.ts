import type { JsonSchema } from '../../experiment/schema/json-schema.ts';
import { UNITS, type UnitName } from '../../support/units.ts';

/** One field of an item, taken from its schema. */
export interface Field {
  name: string;
  /** What it accepts, in words: `duration such as 5s`, `reset | blackhole`. */
  type: string;
  unit?: UnitName;
  required: boolean;
  /** As written in the file; left out when there is no default. */
  default?: unknown;
  description: string;
}

/** What a value may be, with the bounds of the JSON Schema and the unit that it is written in. */
type ValueSchema = JsonSchema & { minimum?: number; maximum?: number };

/** The fields of an item except `kind`, required ones first. */
export function fieldsOf({ properties = {}, required = [] }: JsonSchema): Field[] {
  const fields = Object.entries(properties)
    .filter(([, schema]) => schema.const === undefined)
    .map(([name, schema]): Field => {
      const { 'x-unit': unit, default: value, description = '' } = schema;
      return {
        name,
        type: typeText(schema),
        ...(unit === undefined ? {} : { unit }),
        required: required.includes(name),
        ...(value === undefined ? {} : { default: value }),
        description,
      };
    });
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

function typeText(schema: ValueSchema): string {
  const { type, enum: words, 'x-unit': unit, 'x-address': address, items, oneOf } = schema;
  if (words !== undefined) return words.map(String).join(' | ');
  if (unit !== undefined)
    return `${unit} such as ${exampleOf(schema) ?? UNITS[unit].example}${unitBounds(schema)}`;
  const types = [type ?? (oneOf === undefined ? 'any value' : 'object')].flat();
  const names = types.map((one) => (one === 'array' ? listText(items, types) : valueName(one, address)));
  return `${[...new Set(names)].join(' or ')}${bounds(schema)}`;
}

function exampleOf({ examples }: JsonSchema): string | undefined {
  const [first] = examples ?? [];
  return typeof first === 'string' ? first : undefined;
}

function listText(items: JsonSchema | undefined, types: readonly string[]): string {
  if (types.length > 1 || items === undefined) return 'a list';
  return items.oneOf === undefined ? `list, each: ${typeText(items)}` : 'list of such items';
}

const NAMES: Readonly<Record<string, string>> = { integer: 'whole number', object: 'map', string: 'text' };

function valueName(type: string, address: string | undefined): string {
  if (type === 'string' && address !== undefined) return `address of ${ADDRESSES[address] ?? address}`;
  return NAMES[type] ?? type;
}

const ADDRESSES: Readonly<Record<string, string>> = {
  cluster: 'a cluster',
  node: 'a node',
  stream: 'a stream',
  consumer: 'a consumer',
  bucket: 'a bucket',
  'object-bucket': 'an object bucket',
  workload: 'a workload',
  phase: 'a phase',
  account: 'an account',
  endpoint: 'a cluster or a node',
  nodes: 'nodes (by name or role)',
  members: 'nodes or replicas of a service (by name or role)',
  side: 'a cluster, a node, a service or a replica',
  service: 'a service or a replica',
  'service-name': 'a service',
  'service-link': 'a cluster or a service',
};

function unitBounds({ 'x-minimum': least, 'x-maximum': most }: JsonSchema): string {
  return range(least, most);
}

function bounds({ minimum, maximum }: ValueSchema): string {
  return range(minimum, maximum);
}

/** `, 1 to 64`, or nothing. */
function range(least: string | number | undefined, most: string | number | undefined): string {
  if (least === undefined && most === undefined) return '';
  if (most === undefined) return `, ${least ?? ''} or more`;
  return least === undefined ? `, ${most} or less` : `, ${least} to ${most}`;
}

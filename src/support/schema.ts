import { Type, type Static, type TSchema } from 'typebox';
import { UNITS, type UnitName } from './units.ts';

export { Type, type Static, type TSchema };

/**
 * What an address may name. The schema only declares the kind; whether the target exists is checked once the whole file
 * is read (`experiment/rules/`).
 */
export type AddressKind =
  | 'cluster'
  | 'node'
  | 'stream'
  | 'consumer'
  | 'bucket'
  | 'object-bucket'
  | 'workload'
  | 'phase'
  | 'account'
  | 'user'
  | 'endpoint'
  | 'nodes'
  | 'members'
  | 'side'
  | 'service'
  | 'service-name'
  | 'service-link';

const unit = (name: UnitName) => (description: string) =>
  Type.Unsafe<number>({
    type: 'string',
    pattern: UNITS[name].pattern,
    'x-unit': name,
    examples: [UNITS[name].example],
    description,
  });

/** `5s`, `250ms`: milliseconds once resolved. */
export const duration = unit('duration');
/** The same, and not shorter than that: nothing can be done in no time. */
export const durationFrom = (least: string, description: string) =>
  ({ ...duration(description), 'x-minimum': least }) as ReturnType<typeof duration>;
/** How long something may take. */
export const timeLimit = (description: string) => durationFrom('1ms', description);
/** `256B`, `1GiB`: bytes once resolved. */
export const size = unit('size');
/** `200/s`: a number per second once resolved. */
export const rate = unit('rate');
/** `99.9%`: 0 to 1 once resolved. */
export const percentage = unit('percentage');

/** The path of something in the environment or experiment, checked to exist. */
export const address = (kind: AddressKind, description: string) =>
  Type.Unsafe<string>({ type: 'string', minLength: 1, 'x-address': kind, description });

/** An object with exactly these fields. */
export function strictObject<const P extends Type.TProperties>(properties: P, description: string) {
  return Type.Object(properties, { additionalProperties: false, description });
}

/**
 * A field that may be left out in the file and is always there afterwards: `value` is written as in the file
 * (`'5s'`), and resolved with everything else.
 */
export function defaulted<const S extends TSchema>(schema: S, value: unknown): Type.TUnsafe<Static<S>> {
  return Type.Optional({ ...schema, default: value } as unknown as Type.TUnsafe<Static<S>>);
}

/** A choice between objects by their `kind`, so that editors and errors refer to the kind that was written. */
export function oneOfKind<T>(schemas: readonly TSchema[], description: string) {
  return Type.Unsafe<T>({
    type: 'object',
    required: ['kind'],
    discriminator: { propertyName: 'kind' },
    oneOf: schemas,
    description,
  });
}

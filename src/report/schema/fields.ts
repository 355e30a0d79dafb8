import type { Json } from '../../support/json.ts';
import { Type } from '../../support/schema.ts';

/** A point in time of the run. */
export const time = (description: string) =>
  Type.Number({ description: `${description} Milliseconds since the run began.` });

export const milliseconds = (description: string) =>
  Type.Number({ description: `${description} In milliseconds.` });

export const text = (description: string) => Type.String({ description });

export const count = (description: string) => Type.Integer({ minimum: 0, description });

export const flag = (description: string) => Type.Boolean({ description });

export const texts = (description: string) => Type.Array(Type.String(), { description });

/** One of a few words. */
export const oneOf = <const W extends readonly string[]>(words: W, description: string) =>
  Type.Unsafe<W[number]>({ type: 'string', enum: words, description });

export const anyJson = (description: string) => Type.Unsafe<Json>({ description });

export const mapOf = <T extends Type.TSchema>(value: T, description: string) =>
  Type.Unsafe<Record<string, Type.Static<T>>>({ type: 'object', additionalProperties: value, description });

export const strict = <const P extends Type.TProperties>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });

export const list = <T extends Type.TSchema>(items: T, description: string) =>
  Type.Array(items, { description });

export const optional = Type.Optional;

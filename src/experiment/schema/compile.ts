import { Ajv2020, type ErrorObject, type Options } from 'ajv/dist/2020.js';

export type Violation = Pick<
  ErrorObject<string, Record<string, unknown>>,
  'keyword' | 'instancePath' | 'params' | 'propertyName'
>;

/** Every way in which a value violates a schema. */
export type Validator = (value: unknown) => Violation[];

const ANNOTATIONS = [
  'x-unit',
  'x-address',
  'x-expected',
  'x-message',
  'x-minimum',
  'x-maximum',
  'x-server',
  'x-since',
  'x-since-of',
];

const ajvOptions: Options = {
  allErrors: true,
  discriminator: true,
  // One function for each definition: those of kinds that a file does not use are never parsed.
  inlineRefs: false,
  messages: false,
  strictTypes: false,
  strictRequired: false,
  strictTuples: false,
};

/** Also used by the build, which turns the schemas into code. */
export function makeAjv(options: Options = {}): Ajv2020 {
  const ajv = new Ajv2020({ ...ajvOptions, ...options });
  ajv.addVocabulary(ANNOTATIONS);
  return ajv;
}

export function compile(schema: object): Validator {
  const validate = makeAjv().compile(schema);
  return (value) => (validate(value) ? [] : ((validate.errors ?? []) as Violation[]));
}

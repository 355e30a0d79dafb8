import { strictObject, Type, type TSchema } from '../../../support/schema.ts';

/** Annotation: the name that nats-server has for the field. */
export const SERVER_NAME = 'x-server';
/** Annotation: the first series of nats-server that knows the field. */
export const SINCE = 'x-since';
/** Annotation: words of a choice that need a later series than the field itself. */
export const SINCE_OF_WORDS = 'x-since-of';

/** A setting as nats-server names it; `since` is checked against the version of the environment. */
export function setting<const S extends TSchema>(
  key: string,
  schema: S,
  since?: string,
): Type.TOptional<Type.TUnsafe<Type.Static<S>>> {
  const needs = since === undefined ? '' : ` Needs nats-server ${since}.`;
  const { description = '' } = schema as { description?: string };
  return Type.Optional({
    ...schema,
    [SERVER_NAME]: key,
    ...(since === undefined ? {} : { [SINCE]: since }),
    description: `${description}${needs}`,
  } as unknown as Type.TUnsafe<Type.Static<S>>);
}

/** The same, in a map that cannot do without it. */
export function requiredSetting<const S extends TSchema>(key: string, schema: S): S {
  return { ...schema, [SERVER_NAME]: key };
}

export const subject = (description: string) =>
  Type.String({
    pattern: '^[^\\s.]+(\\.[^\\s.]+)*$',
    'x-expected': 'a subject: words joined by ".", such as orders.new or orders.>',
    description,
  });

const TOKEN = '([^\\s.{}]|\\{(\\d+\\.\\.\\d+|[^\\s{}]*)\\}|[{}])+';

/** A subject in a list; with places it stands for many: `orders.{1..600}`. */
export const subjectOrTemplate = (description: string) =>
  Type.String({
    pattern: `^${TOKEN}(\\.${TOKEN})*$`,
    'x-expected': 'a subject: words joined by ".", such as orders.new, orders.> or orders.{1..600}',
    description,
  });

/** A subject without wildcards. */
export const literalSubject = (description: string) =>
  Type.String({
    pattern: '^[^\\s.*>]+(\\.[^\\s.*>]+)*$',
    'x-expected': 'a subject without wildcards, such as orders.new',
    description,
  });

export const count = (description: string, minimum = 0, maximum?: number) =>
  Type.Integer({ minimum, ...(maximum === undefined ? {} : { maximum }), description });

/** Words of the language have hyphens, those of nats-server underscores. */
export function choice<const W extends string>(
  words: readonly W[],
  description: string,
  sinceOf: Partial<Record<W, string>> = {},
) {
  const later = Object.entries<string | undefined>(sinceOf).map(
    ([word, since]) => ` \`${word}\` needs nats-server ${since ?? ''}.`,
  );
  return Type.Unsafe<W>({
    type: 'string',
    enum: words,
    ...(later.length === 0 ? {} : { [SINCE_OF_WORDS]: sinceOf }),
    description: `${description}${later.join('')}`,
  });
}

export const flag = (description: string) => Type.Boolean({ description });

export const TIME_PATTERN = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$';

export const time = (description: string) =>
  Type.String({
    pattern: TIME_PATTERN,
    'x-expected': 'a time with its date and zone, such as 2026-01-31T12:00:00Z',
    examples: ['2026-01-31T12:00:00Z'],
    description,
  });

export const texts = (whose: string) =>
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string', description: 'Its text.' },
    description: `Texts that are kept with the ${whose}, by name.`,
  });

/** From one subject to another, as NATS maps them. */
export const transform = (description: string) =>
  strictObject(
    {
      from: requiredSetting('src', subject('The subjects that are changed, with `*` and `>` where wanted.')),
      to: requiredSetting(
        'dest',
        subject('What they become, such as new.{{wildcard(1)}} or new.{{partition(3,1)}}.'),
      ),
    },
    description,
  );

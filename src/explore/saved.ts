import { Type, type Static } from '../support/schema.ts';
import { VERDICT_ORDER, type Verdict } from '../verdict/verdict.ts';

/** The version of the form below. */
export const SEARCH_SCHEMA_VERSION = 1;

const text = (description: string) => Type.String({ description });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const milliseconds = (description: string) => Type.Number({ minimum: 0, description });
const texts = (description: string) => Type.Array(Type.String(), { description });
const word = <const W extends string>(words: readonly W[], description: string) =>
  Type.Unsafe<W>({ type: 'string', enum: [...words], description });
const optional = Type.Optional;
const strict = <const P extends Type.TProperties>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });
const shown = strict(
  { shown: count('Runs that showed the failure.'), of: count('Runs in all.') },
  'How often a failure showed.',
);

const run = strict(
  {
    number: Type.Integer({ minimum: 1, description: 'From 1, in the order in which runs are drawn.' }),
    seed: count('Seed of the run: drawn from the seed of the search and the number.'),
    kind: word(['drawn', 'mutated'], 'Drawn anew, or a change of an earlier run that showed something new.'),
    of: optional(count('Number of the run that it is a mutation of.')),
    change: optional(text('How a mutation differs from that run, in words.')),
    kinds: texts('Fault and action kinds of its schedule, in its order, each once.'),
    settings: texts('What was drawn of workloads and streams, in words: `publish-qa rate 500/s`.'),
    verdict: word<Verdict>(VERDICT_ORDER, 'Its verdict.'),
    headline: text('One sentence.'),
    folder: optional(text('Folder of its report, relative to the folder of the search; left out: none.')),
    file: text('Its experiment file, relative to the folder of the search: `chaos run` repeats the run.'),
    startedAt: text('ISO 8601, UTC.'),
    ms: milliseconds('How long it took in all, in milliseconds.'),
    scheduleMs: milliseconds(
      'How long its method took, in milliseconds: the rest is start, drain and reading back.',
    ),
    reused: optional(
      count('How many runs its servers had served before; left out: they were started for this one.'),
    ),
    novel: texts('What it showed that no earlier run had, in words.'),
    signatures: texts('Ids of the findings that it showed.'),
    reason: optional(text('Why it has no conclusive verdict.')),
  },
  'One run.',
);

const finding = strict(
  {
    id: text('Its signature: also the name of its folder in findings/.'),
    words: text('What did not hold; of a server that ended by itself, with the phase.'),
    count: count('Runs that showed it.'),
    runs: Type.Array(Type.Integer({ minimum: 1 }), { description: 'Their numbers.' }),
    reduced: Type.Union(
      [
        strict(
          {
            folder: text('Relative to the folder of the search.'),
            experiment: text('File of the reduced experiment, relative to the folder of the search.'),
            before: shown,
            after: shown,
            runs: count('Runs that the reduction took.'),
            over: Type.Union([Type.String(), Type.Null()], {
              description: 'Why it was not reduced further; null: nothing smaller shows it.',
            }),
          },
          'The smallest experiment that shows it.',
        ),
        Type.Null(),
      ],
      { description: 'null: not reduced.' },
    ),
    notReduced: optional(text('Why it was not reduced.')),
  },
  'One kind of failure, in however many runs.',
);

const feature = strict(
  {
    name: text('`fault kill`, `action scale-stream`, `publish-qa rate`.'),
    kind: word(['fault', 'action', 'setting'], 'What it is.'),
    count: count('Runs that had it.'),
    firstRun: optional(
      Type.Integer({ minimum: 1, description: 'Number of the first of them; left out: none.' }),
    ),
  },
  'Something that the space offers.',
);

export const SavedSearchSchema = strict(
  {
    schemaVersion: Type.Literal(SEARCH_SCHEMA_VERSION, { description: 'Version of this form.' }),
    program: strict({ name: text('`nats-chaos`.'), version: text('Its version.') }, 'What made the search.'),
    name: text('Name of the experiment that describes the space.'),
    title: text('Its claim.'),
    file: text('Where it was read from.'),
    digest: text(
      'Hash of the text of the experiment and its environment: a search goes on with the same text only.',
    ),
    seed: count('Seed of the search.'),
    nats: optional(text('Requested nats-server; left out: as the experiment or its environment says.')),
    driver: optional(text('Requested driver; left out: as the environment says.')),
    suite: optional(
      text('Its name on the queue of a fleet; left out: it has been carried out on one machine so far.'),
    ),
    startedAt: text('ISO 8601, UTC.'),
    endedAt: optional(text('When it last stopped; left out while it is going on.')),
    wallMs: milliseconds('How long it has been running, without interruptions.'),
    budget: strict(
      { runs: optional(count('Runs.')), ms: optional(milliseconds('Milliseconds.')) },
      'What the search may take.',
    ),
    runs: Type.Array(run, { description: 'In the order of their numbers.' }),
    findings: Type.Array(finding, { description: 'In the order in which they were found.' }),
    features: Type.Array(feature, { description: 'Everything that the space offers.' }),
    leftOut: optional(
      Type.Array(
        strict(
          {
            name: text('`fault power-failure`.'),
            why: optional(text('What the machine or the driver lacks for it; left out: it was not wanted.')),
          },
          'A fault or an action of the file that no run can have.',
        ),
        { description: 'What the file offers and this search does not; left out: nothing.' },
      ),
    ),
    covered: optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'How much of the features, and of the values in lists, was in a run; of a range nobody can say. Left out: not known yet.',
      }),
    ),
    neverDrawn: texts('Names of the features that no run had, and values that no run had.'),
    overlaps: Type.Array(
      strict(
        { a: text('Fault or action kind.'), b: text('Another, or the same one.'), count: count('Runs.') },
        'Two kinds that overlapped in time.',
      ),
      {
        description:
          'Pairs of kinds that were in force at the same time; `a` is not after `b` in the alphabet.',
      },
    ),
    warnings: texts('What makes the result of the search weaker than it looks.'),
    stopped: optional(text('Why it ended before its budget did.')),
    interrupted: optional(word(['SIGINT', 'SIGTERM'], 'The signal that stopped it.')),
  },
  'A search of `chaos explore`: what was drawn, what it showed, and what was found.',
);

/** The content of `explore.json`. */
export type SavedSearch = Static<typeof SavedSearchSchema>;
export type SearchRun = SavedSearch['runs'][number];
export type SearchFinding = SavedSearch['findings'][number];
export type SearchFeature = SavedSearch['features'][number];

/** The published JSON Schema (2020-12) of `explore.json`, as pretty text. */
export function searchJsonSchema(): string {
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'nats-chaos search (explore.json)',
  };
  return `${JSON.stringify({ ...head, ...SavedSearchSchema }, null, 2)}\n`;
}

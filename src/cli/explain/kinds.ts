import { actions } from '../../actions/index.ts';
import { checkers } from '../../checkers/index.ts';
import type { Capability } from '../../drivers/driver.ts';
import { withoutReferences } from '../../experiment/schema/definitions.ts';
import { kindsOf, type JsonSchema } from '../../experiment/schema/json-schema.ts';
import { publishedSchemas } from '../../experiment/schema/published.ts';
import { faults } from '../../faults/index.ts';
import { probes } from '../../probes/index.ts';
import { workloads } from '../../workloads/index.ts';
import { exitCodeOf, VERDICT_ORDER, type Verdict } from '../../verdict/verdict.ts';
import { VERDICT_WORDS } from '../../verdict/verdict-words.ts';
import { explainedAssets, type ExplainedAsset } from './assets.ts';
import { fieldsOf, type Field } from './fields.ts';
import { explainedSpace, type ExplainedSpace } from './space.ts';
import { THRESHOLD_WORDS } from './threshold-words.ts';
import { EXAMPLE_ENVIRONMENT, type Words } from './words.ts';

/** The families of kinds, in the order in which they are explained. */
export const ROOMS = [
  'fault',
  'action',
  'probe',
  'workload',
  'check',
  'threshold',
  'asset',
  'space',
  'verdict',
] as const;
export type Room = (typeof ROOMS)[number];

/** Everything known about one kind that an experiment can use. */
export interface ExplainedKind extends Words {
  room: Exclude<Room, 'asset' | 'space' | 'verdict'>;
  kind: string;
  description: string;
  /** How its fields depend on one another, where the schema says so. */
  rule?: string;
  fields: Field[];
  /** The environment that the addresses in the example belong to. */
  exampleEnvironment: string;
  /** Driver capabilities that it needs. */
  requires: readonly Capability[];
}

export interface ExplainedVerdict {
  room: 'verdict';
  kind: Verdict;
  summary: string;
  when: string;
  todo: string;
  exitCodes: number[];
}

export type Explained = ExplainedKind | ExplainedAsset | ExplainedSpace | ExplainedVerdict;

/** Every kind, room by room. One name may occur several times. */
export function everyKind(): Explained[] {
  const root = withoutReferences(publishedSchemas.experiment);
  return [
    ...ITEM_ROOMS.flatMap((room) => kindsIn(room, root)),
    ...explainedAssets(),
    explainedSpace(),
    ...VERDICT_ORDER.map(verdict),
  ];
}

/** Every kind of this name. */
export function kindsCalled(word: string): Explained[] {
  return everyKind().filter(({ kind }) => kind === word);
}

const ITEM_ROOMS = ROOMS.filter((room) => room !== 'asset' && room !== 'space' && room !== 'verdict');

interface Extension extends Words {
  kind: string;
  exampleEnvironment?: string;
  requires?: readonly Capability[];
}

/** The choice between several faults: it has no constant of its own. */
const CHOOSE: Extension = {
  kind: 'choose',
  summary: 'Injects some of several faults, chosen by the seed',
  proof: 'Each fault that is chosen is proven as it is by itself; the report says which ones were chosen.',
  example:
    '{ kind: choose, of: [{ kind: kill, nodes: qa1a/qa@leader }, { kind: pause, nodes: qa1a/qa@leader }] }',
};

/**
 * Where the items of a room are in the schema of an experiment, and what is known about each kind besides the schema.
 */
const SOURCES: Readonly<
  Record<ExplainedKind['room'], { path: readonly string[]; extensions: readonly Extension[] }>
> = {
  fault: {
    path: ['properties', 'method', 'items', 'properties', 'faults', 'items'],
    extensions: [...faults, CHOOSE],
  },
  action: { path: ['properties', 'method', 'items', 'properties', 'actions', 'items'], extensions: actions },
  probe: { path: ['properties', 'steadyState', 'items'], extensions: probes },
  workload: { path: ['properties', 'workloads', 'additionalProperties'], extensions: workloads },
  check: { path: ['properties', 'checks', 'items'], extensions: checkers },
  threshold: {
    path: ['properties', 'thresholds', 'items'],
    extensions: Object.entries(THRESHOLD_WORDS).map(([kind, words]) => ({ kind, ...words })),
  },
};

function kindsIn(room: ExplainedKind['room'], root: JsonSchema): ExplainedKind[] {
  const { path, extensions } = SOURCES[room];
  const choice = path.reduce((part, key) => (part as Record<string, JsonSchema>)[key] ?? {}, root);
  const schemas = new Map(kindsOf(choice).map((kind, at) => [kind, choice.oneOf?.[at] ?? {}]));
  return extensions.map(({ kind, summary, proof, example, exampleEnvironment, requires = [] }) => {
    const schema = schemas.get(kind) ?? {};
    const rule = schema['x-expected'] ?? schema['x-message'];
    return {
      room,
      kind,
      summary,
      description: schema.description ?? '',
      ...(rule === undefined ? {} : { rule }),
      fields: fieldsOf(schema),
      example,
      exampleEnvironment: exampleEnvironment ?? EXAMPLE_ENVIRONMENT,
      proof,
      requires,
    };
  });
}

function verdict(kind: Verdict): ExplainedVerdict {
  const codes =
    kind === 'interrupted' ? [exitCodeOf(kind, 'SIGINT'), exitCodeOf(kind, 'SIGTERM')] : [exitCodeOf(kind)];
  return { room: 'verdict', kind, ...VERDICT_WORDS[kind], exitCodes: codes };
}

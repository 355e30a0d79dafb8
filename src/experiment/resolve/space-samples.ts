import type { Document } from '../source/document.ts';
import { entriesOf, field } from '../source/lenient.ts';
import { child, valueAt, type Pointer } from '../source/pointer.ts';
import { samplesOf } from './drawable.ts';
import type { Space, SpaceItem, SpaceSetting } from './space.ts';

type Places = Map<Pointer, NonNullable<ReturnType<Document['places']['get']>>>;

/** The phases of every run that is drawn from a space. */
export const SCHEDULE = 'schedule';
export const RECOVERY = 'recovery';

/**
 * Experiments that have together every value that the space of a file names, and both ends of every range. What is wrong
 * with one of them is wrong with the space, and is said at the place that it comes from. The first has the load as declared.
 */
export function sampleExperiments(document: Document, space: Space): Document[] {
  const changed = space.settings.filter(({ of }) => of !== 'optional');
  const rounds = Math.max(0, ...changed.map((one) => samplesFor(document, one).length));
  return Array.from({ length: rounds + 1 }, (_, round) => sampleExperiment(document, space, round));
}

/** One of them. @param round from 0; the first has every fault and action */
export function sampleExperiment(document: Document, space: Space, round = 0): Document {
  const places: Places = new Map([...document.places].filter(([at]) => !at.startsWith('/explore')));
  const copy = (from: Pointer, to: Pointer): void => copyPlaces(document, from, to, places);
  const value = structuredClone(document.value) as Record<string, unknown>;
  delete value['explore'];
  for (const one of space.settings.filter(({ of }) => of === 'workloads')) {
    const sample = round === 0 ? undefined : sampleAt(document, one, round - 1);
    const workload = field(value['workloads'], one.owner);
    if (sample === undefined || typeof workload !== 'object' || workload === null) continue;
    (workload as Record<string, unknown>)[one.field] = sample.value;
    const to = child(child('/workloads', one.owner), one.field);
    place(document, one, sample.below, to, places);
  }
  const method: unknown[] = [];
  copy('/explore', '/method');
  // The other rounds differ in their load only.
  for (const item of round === 0 ? space.items : space.items.slice(0, 1)) {
    const itemSamples = samplesOfItem(document, item);
    for (const fields of round === 0 ? itemSamples : itemSamples.slice(0, 1)) {
      const list = `${item.room}s`;
      const at = `/method/${method.length}/${list}/0`;
      copy(item.at, `/method/${method.length}`);
      copy(item.at, at);
      for (const [name, { below }] of fields)
        if (below !== '') copy(child(item.at, name) + below, child(at, name));
      const own = Object.fromEntries(fields.map(([name, sample]) => [name, sample.value]));
      const given = item.room === 'fault' ? { onConflict: 'wait', maySkip: true } : { mayFail: true };
      const phase = method.length === 0 ? SCHEDULE : `${SCHEDULE}-${method.length + 1}`;
      method.push({ phase, for: `${space.lengthMs}ms`, [list]: [{ kind: item.kind, ...given, ...own }] });
    }
  }
  method.push({ phase: RECOVERY, until: 'steady', within: `${space.recoveryMs}ms` });
  return { ...document, value: { ...value, method }, places };
}

interface Sample {
  value: unknown;
  below: string;
}

/** So many items that each sample of each field is in one of them. */
function samplesOfItem(document: Document, item: SpaceItem): [string, Sample][][] {
  const given = entriesOf(valueAt(document.value, item.at)).filter(([name]) => name !== 'kind');
  const fields = given.map(([name]): [string, Sample[]] => {
    const drawable = item.fields[name] ?? { values: [] };
    const isList = 'values' in drawable && isListAt(document, child(item.at, name), drawable.values);
    return [name, samplesOf(drawable, isList)];
  });
  const most = Math.max(1, ...fields.map(([, samples]) => samples.length));
  return Array.from({ length: most }, (_, at) =>
    fields.flatMap(([name, samples]): [string, Sample][] => {
      const sample = samples[Math.min(at, samples.length - 1)];
      return sample === undefined ? [] : [[name, sample]];
    }),
  );
}

/** Whether the value in the file is the list that is drawn from, and not one value that is a list. */
function isListAt(document: Document, at: Pointer, values: readonly unknown[]): boolean {
  return valueAt(document.value, at) === values;
}

function samplesFor(document: Document, { values, at }: SpaceSetting): Sample[] {
  return samplesOf(values, 'values' in values && isListAt(document, at, values.values));
}

function sampleAt(document: Document, setting: SpaceSetting, round: number): Sample | undefined {
  const samples = samplesFor(document, setting);
  return samples[Math.min(round, samples.length - 1)];
}

/** The places of a drawn value; what is wrong with the name of its field is said at that name. */
function place(document: Document, { at }: SpaceSetting, below: string, to: Pointer, places: Places): void {
  copyPlaces(document, at + below, to, places);
  const [key, value] = [document.places.get(at)?.key, places.get(to)?.value];
  if (key !== undefined && value !== undefined) places.set(to, { key, value });
}

function copyPlaces(document: Document, from: Pointer, to: Pointer, places: Places): void {
  for (const [at, one] of document.places) {
    if (at === from || at.startsWith(`${from}/`)) places.set(to + at.slice(from.length), one);
  }
}

/**
 * The environment of a file with the values that its space names for streams, one document a round, as if the experiment
 * had them: only what these values make wrong is said there.
 */
export function sampleEnvironments(document: Document, environment: Document, space: Space): Document[] {
  const settings = space.settings.filter(({ of }) => of === 'streams');
  const rounds = Math.max(0, ...settings.map((one) => samplesFor(document, one).length));
  return Array.from({ length: rounds }, (_, round) => {
    const places: Places = new Map();
    const value = structuredClone(environment.value) as Record<string, unknown>;
    for (const one of settings) {
      const sample = sampleAt(document, one, round);
      const stream = field(value['streams'], one.owner);
      if (sample === undefined || typeof stream !== 'object' || stream === null) continue;
      (stream as Record<string, unknown>)[one.field] = sample.value;
      place(document, one, sample.below, child(child('/streams', one.owner), one.field), places);
    }
    return { ...environment, source: document.source, value, places, problems: [], copies: new Set() };
  });
}

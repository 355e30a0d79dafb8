import { ChaosError } from '../support/errors.ts';
import type { Reading } from './probe.ts';

/** One step of a path: into a field, an element by its number, or the only element with this field. */
type Step = { key: string } | { index: number } | { where: string; equals: string };

const WORD = /^[^.[\]]+/;
const INDEX = /^\[(\d+)\]/;
const QUOTED = /^\["([^"]+)"\]/;
const WHERE = /^\[([^=[\]"]+)=([^\]]*)\]/;

/**
 * Reads a path such as `meta_cluster.leader`, `connections[0].name`, `gateways["a.b"].state`,
 * `stream_detail[name=orders].state.messages` or `connections.length`.
 *
 * @throws ChaosError `invalid` with what is wrong, and where
 */
export function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path;
  while (rest !== '') {
    const [taken, step] = nextStep(rest, steps.length === 0) ?? [];
    if (taken === undefined || step === undefined) {
      const at = path.length - rest.length + 1;
      throw new ChaosError(
        'invalid',
        `"${path}" is no path from character ${at} on; expected fields joined by ".", [0], ["a field"] or [field=value]`,
      );
    }
    steps.push(step);
    rest = rest.slice(taken);
  }
  if (steps.length === 0) throw new ChaosError('invalid', 'the path is empty; expected such as cluster.name');
  return steps;
}

/** How many characters the next step takes, and the step. */
function nextStep(rest: string, isFirst: boolean): [number, Step] | null {
  const index = INDEX.exec(rest);
  if (index !== null) return [index[0].length, { index: Number(index[1]) }];
  const quoted = QUOTED.exec(rest);
  if (quoted !== null) return [quoted[0].length, { key: quoted[1] ?? '' }];
  const where = WHERE.exec(rest);
  if (where !== null) return [where[0].length, { where: where[1] ?? '', equals: where[2] ?? '' }];
  const dot = isFirst ? 0 : 1;
  if (dot === 1 && !rest.startsWith('.')) return null;
  const word = WORD.exec(rest.slice(dot));
  return word === null ? null : [dot + word[0].length, { key: word[0] }];
}

/**
 * The number or word at a path. `true` and `false` are words, and 1 and 0. `length` of a list is its number of elements.
 *
 * @param document parsed JSON
 * @throws ChaosError `failed` when nothing is there, or neither a number nor a word
 */
export function readPath(document: unknown, path: string): Reading {
  let value = document;
  let at = '';
  for (const step of parsePath(path)) {
    value = take(value, step, at);
    at += textOf(step, at === '');
  }
  return readingOf(value, path);
}

function take(value: unknown, step: Step, at: string): unknown {
  const where = at === '' ? 'the answer' : at;
  if ('key' in step) {
    if (Array.isArray(value) && step.key === 'length') return value.length;
    if (isObject(value) && Object.hasOwn(value, step.key)) return value[step.key];
    throw new ChaosError('failed', `${where} has no field ${step.key}${fieldsOf(value)}`);
  }
  if (!Array.isArray(value)) throw new ChaosError('failed', `${where} is no list`);
  const list = value as unknown[];
  if ('index' in step) {
    if (step.index < list.length) return list[step.index];
    throw new ChaosError('failed', `${where} has ${list.length} elements, and no [${step.index}]`);
  }
  const found = list.filter((one) => isObject(one) && String(one[step.where]) === step.equals);
  if (found.length === 1) return found[0];
  throw new ChaosError(
    'failed',
    `${where} has ${found.length} elements with ${step.where} ${step.equals}, where exactly one is needed`,
  );
}

const MOST_FIELDS = 12;

function fieldsOf(value: unknown): string {
  if (!isObject(value)) return '';
  const names = Object.keys(value);
  if (names.length === 0) return '; it is empty';
  const more = names.length > MOST_FIELDS ? ` and ${names.length - MOST_FIELDS} more` : '';
  return `; it has ${names.slice(0, MOST_FIELDS).join(', ')}${more}`;
}

function textOf(step: Step, isFirst: boolean): string {
  if ('key' in step) return isFirst ? step.key : `.${step.key}`;
  return 'index' in step ? `[${step.index}]` : `[${step.where}=${step.equals}]`;
}

function readingOf(value: unknown, path: string): Reading {
  if (typeof value === 'number' && Number.isFinite(value)) return { value };
  if (typeof value === 'string') return { state: value };
  if (typeof value === 'boolean') return { value: value ? 1 : 0, state: String(value) };
  const is = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  throw new ChaosError('failed', `${path} is ${is}, where a number or a word is needed`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

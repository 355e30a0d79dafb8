import { wrap } from '../../report/text.ts';
import { exampleInPlace } from './example.ts';
import { EXAMPLE_ENVIRONMENT } from './words.ts';
import type { ExplainedAsset } from './assets.ts';
import type { ExplainedSpace } from './space.ts';
import type { Field } from './fields.ts';
import type { Explained, ExplainedKind, ExplainedVerdict, Room } from './kinds.ts';

/** What a room is about, and every kind in it. */
export interface ExplainedRoom {
  room: Room;
  about: string;
  kinds: readonly Explained[];
}

/** A kind for the terminal. @param lacking what this machine lacks for it, in words; null when nothing */
export function kindText(explained: Explained, lacking: string | null, width: number): string {
  const { kind, room, summary } = explained;
  const head = wrap(`${kind} (${room}): ${summary}`, width).join('\n');
  const parts = partsOf(explained, width);
  const machine = lacking === null ? [] : [block('on this machine', `not possible: needs ${lacking}`, width)];
  return [head, ...parts, ...machine].join('\n\n');
}

/** A room for the terminal: what its kinds are, and their names. */
export function roomText({ room, about, kinds }: ExplainedRoom, width: number): string {
  const longest = Math.max(...kinds.map(({ kind }) => kind.length));
  const lines = kinds.map(({ kind, summary }) => `  ${kind.padEnd(longest)}  ${summary}`);
  return [wrap(`${room}: ${about}`, width).join('\n'), lines.join('\n')].join('\n\n');
}

/** The heading above the proof of a kind, room by room. */
const PROOF_HEADS: Readonly<Record<ExplainedKind['room'], string>> = {
  fault: 'what proves it, when it is injected, just before it ends, and the opposite when it is removed',
  action: 'what proves it',
  probe: 'what it reads',
  workload: 'what it leaves to be checked',
  check: 'what it needs',
  threshold: 'what is measured',
};

function partsOf(explained: Explained, width: number): string[] {
  if (explained.room === 'verdict') return verdictParts(explained, width);
  if (explained.room === 'space') return spaceParts(explained, width);
  return explained.room === 'asset' ? assetParts(explained, width) : itemParts(explained, width);
}

function spaceParts({ description, fields, example, proof }: ExplainedSpace, width: number): string[] {
  return [
    indented(description, width),
    `fields\n${fieldLines(fields, width).join('\n')}`,
    `example, with addresses of the environment ${EXAMPLE_ENVIRONMENT}\n${shifted(example)}`,
    block('what is a finding', proof, width),
  ];
}

function assetParts({ under, fields, example }: ExplainedAsset, width: number): string[] {
  return [
    `fields, under ${under} of an environment\n${fieldLines(fields, width).join('\n')}`,
    `example, with addresses of the environment ${EXAMPLE_ENVIRONMENT}\n${shifted(example)}`,
  ];
}

function itemParts(item: ExplainedKind, width: number): string[] {
  const { summary, description, fields, room, proof, rule } = item;
  return [
    // Where the schema adds nothing to the summary, it is printed once.
    ...(description.replace(/\.$/, '') === summary ? [] : [indented(description, width)]),
    ...(fields.length === 0 ? [] : [`fields\n${fieldLines(fields, width).join('\n')}`]),
    ...(rule === undefined ? [] : [block('together they must give', rule, width)]),
    `example, with addresses of the environment ${item.exampleEnvironment}\n${shifted(exampleInPlace(item))}`,
    block(PROOF_HEADS[room], proof, width),
  ];
}

function shifted(yaml: string): string {
  return yaml
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

function verdictParts({ when, exitCodes, todo }: ExplainedVerdict, width: number): string[] {
  return [
    block('when', when, width),
    block('exit code', exitCodes.join(', or by SIGTERM '), width),
    block('what to do', todo, width),
  ];
}

function block(head: string, text: string, width: number): string {
  return `${head}\n${indented(text, width)}`;
}

function indented(text: string, width: number, columns = 2): string {
  const space = ' '.repeat(columns);
  return wrap(text, width - columns)
    .map((line) => `${space}${line}`)
    .join('\n');
}

function fieldLines(fields: readonly Field[], width: number): string[] {
  return fields.map((field) => {
    const head = `  ${field.name}: ${field.type}, ${presence(field)}`;
    return `${head}\n${indented(field.description, width, 6)}`;
  });
}

function presence({ required, default: value }: Field): string {
  if (required) return 'required';
  if (value === undefined) return 'may be left out';
  return `default ${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

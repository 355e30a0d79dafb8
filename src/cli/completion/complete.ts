import type { Argument, Command, Option } from 'commander';
import type { Candidate, Candidates, Sources } from './sources.ts';

/** A word that can be completed. */
interface Slot {
  /** The commands before it, without the program itself: `report serve`. */
  command: string;
  /** `--out`, or nothing for an argument. */
  option: string;
  /** The parts of the value's name in its declaration: `name|file` has two. */
  words: string[];
  choices: readonly string[];
}

/**
 * Candidates for the last word. Everything comes from the declarations of commands and options: the declared name of a
 * value (`<folder>`) says where its candidates come from.
 *
 * @param words after the name of the program; the last is the one to complete, and may be empty
 */
export async function complete(
  program: Command,
  words: readonly string[],
  sources: Sources,
): Promise<Candidates> {
  const current = words.at(-1) ?? '';
  const { command, path, args, pending, optionsEnded } = walk(program, words.slice(0, -1));
  const ask = (slot: Slot, prefix: string): Promise<Candidates> =>
    sources.of({ ...slot, prefix, out: outOf(words) });
  if (pending) return matching(await ask(slotOf(path, pending), current), current);
  // Nothing can be offered after a word that is not a command of the program.
  if (args > 0 && command.registeredArguments.length === 0 && command.commands.length > 0) return NONE;
  if (!optionsEnded && current.startsWith('-')) return joined(command, path, current, words, ask);
  const commands = args === 0 ? commandsOf(command) : [];
  const argument = argumentAt(command, args);
  const others = argument === undefined ? NONE : await argued(argument, program, path, current, ask);
  const found = { isPath: others.isPath, list: [...commands, ...others.list] };
  const plain = matching(found, current);
  // Where only options can follow, they are offered without a dash too.
  const open = commands.length > 0 || argument !== undefined;
  return open || optionsEnded ? plain : matching({ isPath: false, list: optionsOf(command, words) }, current);
}

const NONE: Candidates = { isPath: false, list: [] };

interface Walk {
  command: Command;
  path: string[];
  /** How many arguments of the command are given already. */
  args: number;
  /** The option whose value comes next. */
  pending: Option | null;
  optionsEnded: boolean;
}

function walk(program: Command, words: readonly string[]): Walk {
  const at: Walk = { command: program, path: [], args: 0, pending: null, optionsEnded: false };
  for (const word of words) {
    if (at.pending) at.pending = null;
    else if (!at.optionsEnded && word === '--') at.optionsEnded = true;
    else if (!at.optionsEnded && word.startsWith('-')) {
      const option = visibleOptions(at.command).find(({ long, short }) => long === word || short === word);
      at.pending = option && (option.required || option.optional) ? option : null;
    } else {
      const next = at.args === 0 ? visibleCommands(at.command).find((one) => one.name() === word) : undefined;
      if (next) {
        at.command = next;
        at.path.push(word);
      } else at.args += 1;
    }
  }
  return at;
}

/** An option, or the value in `--option=va`. */
async function joined(
  command: Command,
  path: string[],
  current: string,
  words: readonly string[],
  ask: (slot: Slot, prefix: string) => Promise<Candidates>,
): Promise<Candidates> {
  const equals = current.indexOf('=');
  if (equals < 0) return matching({ isPath: false, list: optionsOf(command, words) }, current);
  const [name, value] = [current.slice(0, equals), current.slice(equals + 1)];
  const option = visibleOptions(command).find(({ long }) => long === name);
  if (!option || !(option.required || option.optional)) return NONE;
  const { isPath, list } = matching(await ask(slotOf(path, option), value), value);
  return { isPath, list: list.map((one) => ({ ...one, value: `${name}=${one.value}` })) };
}

async function argued(
  argument: Argument,
  program: Command,
  path: string[],
  current: string,
  ask: (slot: Slot, prefix: string) => Promise<Candidates>,
): Promise<Candidates> {
  if (argument.name() === 'command') return { isPath: false, list: commandsOf(program) };
  const { argChoices: choices = [] } = argument;
  return ask({ command: path.join(' '), option: '', words: partsOf(argument.name()), choices }, current);
}

function slotOf(path: string[], option: Option): Slot {
  const called = /[<[](.*)[>\]]/.exec(option.flags)?.[1] ?? '';
  const { long, argChoices: choices = [] } = option;
  return { command: path.join(' '), option: long ?? '', words: partsOf(called), choices };
}

function partsOf(called: string): string[] {
  return called.replace(/\.\.\.$/, '').split('|');
}

/** The last argument may be repeated. */
function argumentAt({ registeredArguments }: Command, index: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[index] ?? (last?.variadic === true ? last : undefined);
}

/** An option that was given already is not offered again, unless it takes a value. */
function optionsOf(command: Command, words: readonly string[]): Candidate[] {
  const given = new Set(words.slice(0, -1));
  return visibleOptions(command)
    .filter(({ long, short, required, optional }) => {
      const there = given.has(long ?? '') || given.has(short ?? '');
      return required || optional || !there;
    })
    .flatMap(({ long, short, description }) => {
      const value = long ?? short;
      return value === undefined ? [] : [{ value, summary: description }];
    });
}

function commandsOf(command: Command): Candidate[] {
  return visibleCommands(command).map((one) => ({ value: one.name(), summary: one.description() }));
}

function visibleCommands(command: Command): Command[] {
  return command.createHelp().visibleCommands(command);
}

function visibleOptions(command: Command): Option[] {
  return command.createHelp().visibleOptions(command);
}

/** The folder of runs that the command line names. */
function outOf(words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith('--out='))?.slice('--out='.length);
  const at = words.indexOf('--out');
  return joined ?? (at >= 0 && at < words.length - 1 ? words[at + 1] : undefined);
}

function matching({ isPath, list }: Candidates, prefix: string): Candidates {
  return { isPath, list: list.filter(({ value }) => value.startsWith(prefix)) };
}

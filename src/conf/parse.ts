import { ChaosError, messageOf } from '../support/errors.ts';
import { Cursor } from './cursor.ts';
import { bareValue, bareWord, blockText, quotedText, rawText } from './scalars.ts';
import type { ConfEntry, ConfMap, ConfValue, Place } from './value.ts';

/** What a configuration refers to outside of itself. */
export interface ConfSurroundings {
  /** The variable of the environment; undefined when it is not set. */
  variable(name: string): string | undefined;
  /**
   * The text of a file that is included.
   *
   * @param path as it is written, relative to the file that names it
   * @param from that file
   * @returns also how the file is shown to people
   * @throws ChaosError when it cannot be read
   */
  include(path: string, from: string): { text: string; file: string };
  /**
   * Called for a variable that is set nowhere, and for a file that cannot be read; reading then goes on without it. Left
   * out: such a thing is an error, as it is for nats-server.
   */
  lenient?(problem: string, place: Place): void;
}

/** A file includes another one at most so deep. */
const MAX_DEPTH = 20;

/**
 * Reads a configuration of nats-server: its own format, and JSON. Variables are looked up in the maps around, the nearest
 * first, and then in the environment; includes are read.
 *
 * @param file as it is shown to people
 * @throws ChaosError `invalid` with `file:line:column`
 */
export function parseConf(text: string, file: string, around: ConfSurroundings): ConfMap {
  return new Parser(text, file, around, 0).file();
}

class Parser {
  readonly #cursor: Cursor;
  readonly #file: string;
  readonly #around: ConfSurroundings;
  readonly #depth: number;
  /** The maps around, the nearest last: where variables are looked up. */
  readonly #scopes: ConfMap[] = [];
  /** Variables of the environment that are being read, so that no circle is followed. */
  readonly #reading: ReadonlySet<string>;

  constructor(
    text: string,
    file: string,
    around: ConfSurroundings,
    depth: number,
    reading: ReadonlySet<string> = new Set(),
  ) {
    this.#cursor = new Cursor(text.replace(/^\ufeff/, ''), file);
    this.#file = file;
    this.#around = around;
    this.#depth = depth;
    this.#reading = reading;
  }

  file(): ConfMap {
    const map: ConfMap = { kind: 'map', entries: new Map(), place: this.#cursor.place(0) };
    this.#skip();
    // As in JSON, the whole may be in brackets.
    const isBracketed = this.#cursor.passes('{');
    this.#entriesInto(map, isBracketed);
    this.#skip();
    if (!this.#cursor.isAtEnd)
      throw this.#cursor.problem(`found ${shown(this.#cursor.peek())} after the end`);
    return map;
  }

  #entriesInto(map: ConfMap, isBracketed: boolean): void {
    const opened = this.#cursor.offset - 1;
    this.#scopes.push(map);
    for (;;) {
      this.#skip(',;');
      if (this.#cursor.isAtEnd) {
        if (isBracketed) throw this.#cursor.problem('this { has no closing }', opened);
        break;
      }
      if (isBracketed && this.#cursor.passes('}')) break;
      this.#entry(map);
    }
    this.#scopes.pop();
  }

  #entry(map: ConfMap): void {
    const start = this.#cursor.offset;
    const place = this.#cursor.place();
    const { key, isBare } = this.#key();
    if (isBare && key.toLowerCase() === 'include' && this.#isInclude()) {
      this.#include(map, start);
      return;
    }
    this.#skip();
    if (this.#cursor.passes('=') || this.#cursor.passes(':')) this.#skipBlanks();
    this.#skip();
    if (this.#cursor.isAtEnd || /[,;}\]]/.test(this.#cursor.peek()))
      throw this.#cursor.problem(`"${key}" has no value`, start);
    const value = this.#value();
    this.#end(key);
    map.entries.set(key, { value, place } satisfies ConfEntry);
  }

  #key(): { key: string; isBare: boolean } {
    const { peek } = { peek: this.#cursor.peek() };
    if (peek === '"' || peek === "'") {
      this.#cursor.next();
      const key = peek === '"' ? quotedText(this.#cursor) : rawText(this.#cursor);
      return { key, isBare: false };
    }
    const word = this.#cursor.match(/[^\s=:{}[\],;]+/y)?.[0];
    if (word === undefined) throw this.#cursor.problem(`found ${shown(peek)}; expected a key`);
    return { key: word, isBare: true };
  }

  /** `include: x` sets a key; `include x` reads a file. */
  #isInclude(): boolean {
    const at = this.#cursor.offset;
    this.#skipBlanks();
    const isFile = !/[=:{[\r\n]/.test(this.#cursor.peek()) && !this.#cursor.isAtEnd;
    if (!isFile) this.#cursor.back(at);
    return isFile;
  }

  #include(map: ConfMap, start: number): void {
    const quote = this.#cursor.peek();
    let path: string;
    if (quote === '"' || quote === "'") {
      this.#cursor.next();
      path = rawUntil(this.#cursor, quote);
    } else path = this.#cursor.match(/[^\s;}]+/y)?.[0] ?? '';
    if (path === '') throw this.#cursor.problem('expected the path of a file after include', start);
    if (this.#depth >= MAX_DEPTH)
      throw this.#cursor.problem(`${path} is included more than ${MAX_DEPTH} files deep`, start);
    const found = this.#included(path, start);
    if (found === null) return;
    const { text, file } = found;
    const inner = new Parser(text, file, this.#around, this.#depth + 1, this.#reading).file();
    for (const [key, entry] of inner.entries) map.entries.set(key, entry);
  }

  /** @returns null for a file that cannot be read, where that is no error */
  #included(path: string, start: number): { text: string; file: string } | null {
    try {
      return this.#around.include(path, this.#file);
    } catch (error) {
      if (this.#around.lenient === undefined) throw this.#cursor.problem(messageOf(error), start);
      this.#around.lenient(`${path} is not read: ${messageOf(error)}`, this.#cursor.place(start));
      return null;
    }
  }

  #value(): ConfValue {
    const place = this.#cursor.place();
    const first = this.#cursor.peek();
    if (first === '{') {
      this.#cursor.next();
      const map: ConfMap = { kind: 'map', entries: new Map(), place };
      this.#entriesInto(map, true);
      return map;
    }
    if (first === '[') return this.#list();
    if (first === '"' || first === "'" || first === '(') {
      this.#cursor.next();
      const read = { '"': quotedText, "'": rawText, '(': blockText }[first];
      return { kind: 'text', value: read(this.#cursor), place };
    }
    const start = this.#cursor.offset;
    const { word, hasEscapes } = bareWord(this.#cursor);
    if (word === '' && !hasEscapes)
      throw this.#cursor.problem(`found ${shown(first)}; expected a value`, start);
    const bare = hasEscapes ? ({ kind: 'text', value: word } as const) : bareValue(word);
    return bare.kind === 'variable' ? this.#variable(bare.name, start) : { ...bare, place };
  }

  #list(): ConfValue {
    const place = this.#cursor.place();
    const opened = this.#cursor.offset;
    this.#cursor.next();
    const items: ConfValue[] = [];
    for (;;) {
      this.#skip(',');
      if (this.#cursor.isAtEnd) throw this.#cursor.problem('this [ has no closing ]', opened);
      if (this.#cursor.passes(']')) return { kind: 'list', items, place };
      items.push(this.#value());
      this.#end('an item');
    }
  }

  /** After a value comes the next line, a separator, a comment or a closing bracket. */
  #end(what: string): void {
    this.#skipBlanks();
    const next = this.#cursor.peek();
    if (next === '' || /[\r\n,;}\]#]/.test(next) || (next === '/' && this.#cursor.peek(1) === '/')) return;
    throw this.#cursor.problem(`found ${shown(next)} after the value of ${what}; expected a new line or ","`);
  }

  #variable(name: string, start: number): ConfValue {
    for (const scope of this.#scopes.toReversed()) {
      const found = scope.entries.get(name);
      if (found !== undefined) return { ...found.value, place: this.#cursor.place(start), variable: name };
    }
    const text = this.#reading.has(name) ? undefined : this.#around.variable(name);
    if (text === undefined) {
      const why = this.#reading.has(name) ? 'refers to itself' : 'is set neither here nor in the environment';
      const problem = `the variable ${name} ${why}`;
      if (this.#around.lenient === undefined) throw this.#cursor.problem(problem, start);
      this.#around.lenient(problem, this.#cursor.place(start));
      return { kind: 'text', value: '', place: this.#cursor.place(start), variable: name };
    }
    // The server reads the text as if it stood here, so that a number is a number.
    const inner = new Parser(
      `v=${text}`,
      this.#file,
      this.#around,
      this.#depth,
      new Set([...this.#reading, name]),
    );
    try {
      const value = inner.file().entries.get('v')?.value ?? ({ kind: 'text', value: text } as const);
      return { ...value, place: this.#cursor.place(start), variable: name };
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
      throw this.#cursor.problem(`the variable ${name} cannot be read: ${error.message}`, start);
    }
  }

  #skipBlanks(): void {
    this.#cursor.match(/[ \t]+/y);
  }

  /** Passes white space, comments, and these characters. */
  #skip(also = ''): void {
    for (;;) {
      const space = this.#cursor.match(/\s+/y) ?? this.#cursor.match(/(?:#|\/\/)[^\r\n]*/y);
      if (space !== null) continue;
      if (also !== '' && !this.#cursor.isAtEnd && also.includes(this.#cursor.peek())) this.#cursor.next();
      else return;
    }
  }
}

function rawUntil(cursor: Cursor, quote: string): string {
  const start = cursor.offset - 1;
  let text = '';
  while (!cursor.isAtEnd) {
    const character = cursor.next();
    if (character === quote) return text;
    text += character;
  }
  throw cursor.problem(`this path has no closing ${quote}`, start);
}

/** A character as it is named in an error. */
function shown(character: string): string {
  return character === '' ? 'the end of the file' : JSON.stringify(character);
}

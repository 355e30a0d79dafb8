import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConf, type ConfSurroundings } from '../../src/conf/parse.ts';
import type { ConfValue } from '../../src/conf/value.ts';
import { ChaosError } from '../../src/support/errors.ts';
import type { Json } from '../../src/support/json.ts';

/** Files and variables that there are. */
function around(
  files: Record<string, string> = {},
  variables: Record<string, string> = {},
): ConfSurroundings {
  return {
    variable: (name) => variables[name],
    include: (path) => {
      const text = files[path];
      if (text === undefined) throw new ChaosError('invalid', `there is no file ${path}`);
      return { text, file: path };
    },
  };
}

function plain(value: ConfValue): Json {
  if (value.kind === 'map')
    return Object.fromEntries([...value.entries].map(([key, entry]) => [key, plain(entry.value)]));
  return value.kind === 'list' ? value.items.map(plain) : value.value;
}

const read = (text: string, surroundings = around()): Json =>
  plain(parseConf(text, 'nats.conf', surroundings));

function problemOf(text: string, surroundings = around()): string {
  try {
    parseConf(text, 'nats.conf', surroundings);
  } catch (error) {
    expect(error).toBeInstanceOf(ChaosError);
    return (error as ChaosError).message;
  }
  throw new Error(`no problem in ${text}`);
}

describe('a configuration of nats-server', () => {
  it('has keys with "=", ":" or nothing, comments, and separators where one likes', () => {
    const text = `
      # a comment
      port: 4222 // another one
      server_name = n1; http_port 8222
      'quoted key' : yes
      "another": "b"
      cluster { name: c, routes: [ nats://a:6222, nats://b:6222
        nats-route://c:6222 ] }
      jetstream
      {
        store_dir = /data/js
      }
    `;
    expect(read(text)).toEqual({
      port: 4222,
      server_name: 'n1',
      http_port: 8222,
      'quoted key': true,
      another: 'b',
      cluster: { name: 'c', routes: ['nats://a:6222', 'nats://b:6222', 'nats-route://c:6222'] },
      jetstream: { store_dir: '/data/js' },
    });
  });

  it.each<[string, Json]>([
    ['1', 1],
    ['-1', -1],
    ['1.5', 1.5],
    ['1k', 1000],
    ['1K', 1000],
    ['1kb', 1024],
    ['4GB', 4 * 1024 ** 3],
    ['2Gi', 2 * 1024 ** 3],
    ['3GiB', 3 * 1024 ** 3],
    ['1m', 1_000_000],
    ['30s', '30s'],
    ['127.0.0.1:4222', '127.0.0.1:4222'],
    ['0.0.0.0', '0.0.0.0'],
    ['true', true],
    ['ON', true],
    ['no', false],
    ['2026-05-01T10:00:00Z', '2026-05-01T10:00:00Z'],
    ['"1"', '1'],
    ["'a\\n'", 'a\\n'],
    ['"a\\n\\x41\\"\\\\"', 'a\nA"\\'],
    ['a\\tb', 'a\tb'],
    ['$2a$11$ouCmPyRkmnL', '$2a$11$ouCmPyRkmnL'],
    ['">"', '>'],
    ['[]', []],
    ['[ {a: 1}, [2] 3 ]'.replace('] 3', '], 3'), [{ a: 1 }, [2], 3]],
    ['(\na text\n of lines\n)\n', '\na text\n of lines\n'],
  ])('has a value written as %s', (text, value) => {
    expect(read(`v: ${text}`)).toEqual({ v: value });
  });

  it('may be JSON', () => {
    const json = { a: [1, 2.5, true, 'x', { b: 'c d' }], 'k.>': {} };
    expect(read(JSON.stringify(json, null, 2))).toEqual(json);
    expect(read(JSON.stringify(json))).toEqual(json);
  });

  it('looks variables up in the maps around, the nearest first, and then in the environment', () => {
    const text = `
      NAME: outer, LIMIT: 1kb
      a { NAME: inner, own: $NAME, far: $LIMIT }
      b: $NAME, c: $PORT, d: [$NAME]
    `;
    expect(read(text, around({}, { PORT: '4222', NAME: 'never' }))).toMatchObject({
      a: { own: 'inner', far: 1024 },
      b: 'outer',
      c: 4222,
      d: ['outer'],
    });
    const value = parseConf(text, 'f', around({}, { PORT: '1' })).entries.get('b')?.value;
    expect(value).toMatchObject({ variable: 'NAME', place: { line: 4, column: 10 } });
  });

  it('reads the files that it includes, into the map that names them', () => {
    const files = { 'a.conf': 'x: 1\ny { include "b.conf" }', 'b.conf': 'z: 2' };
    const map = parseConf("include 'a.conf'\nx: 3\ninclude: 4", 'nats.conf', around(files));
    expect(plain(map)).toEqual({ x: 3, y: { z: 2 }, include: 4 });
    const y = map.entries.get('y')?.value;
    expect(y).toMatchObject({ place: { file: 'a.conf', line: 2, column: 3 } });
  });

  it.each([
    ['port: 4222\ncluster {\n  name: c\n', 'nats.conf:2:9: this { has no closing }'],
    ['routes: [ a, b', 'nats.conf:1:9: this [ has no closing ]'],
    ['a: "b', 'nats.conf:1:4: this text has no closing "'],
    ["a: 'b", "nats.conf:1:4: this text has no closing '"],
    ['a: "\\q"', 'nats.conf:1:5: found \\q; expected \\t, \\n, \\r, \\", \\\\ or \\xXX'],
    ['a: "\\x4"', 'nats.conf:1:5: expected two hexadecimal digits after \\x'],
    ['a:\n', 'nats.conf:1:1: "a" has no value'],
    ['x { a: }', 'nats.conf:1:5: "a" has no value'],
    ['a: b c', 'nats.conf:1:6: found "c" after the value of a; expected a new line or ","'],
    ['a: 1\n}', 'nats.conf:2:1: found "}"; expected a key'],
    ['a: $NOWHERE', 'nats.conf:1:4: the variable NOWHERE is set neither here nor in the environment'],
    ['a: (\nb', 'nats.conf:1:4: this block has no closing ")" on a line of its own'],
    ['b: 1\ninclude "no.conf"', 'nats.conf:2:1: there is no file no.conf'],
  ])('says where %j is wrong', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  it('follows no circle of variables or files', () => {
    expect(problemOf('a: $V', around({}, { V: '$V' }))).toMatch(/the variable V refers to itself/);
    expect(problemOf('include a', around({ a: 'include a' }))).toMatch(
      /a is included more than 20 files deep/,
    );
  });

  it('goes on without what is missing, where that is asked for', () => {
    const problems: string[] = [];
    const lenient = {
      ...around(),
      lenient: (text: string, { line }: { line: number }) => problems.push(`${line} ${text}`),
    };
    expect(read('a: $X\ninclude b\nc: 1', lenient)).toEqual({ a: '', c: 1 });
    expect(problems).toEqual([
      '1 the variable X is set neither here nor in the environment',
      '2 b is not read: there is no file b',
    ]);
  });
});

const word = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_.>*-]{0,12}$/)
  .filter((text) => !/^(include|true|false|yes|no|on|off)$/i.test(text));
const leaf = fc.oneof(
  fc.integer(),
  fc.boolean(),
  word,
  fc.string({ unit: fc.constantFrom(...Array.from('ab c#/{}[],;:="\'\\$()\n\t\r')) }),
);
const { data } = fc.letrec<{ data: Json; map: Record<string, Json> }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('data'), { maxLength: 4 }),
    tie('map'),
  ),
  map: fc.dictionary(word, tie('data'), { maxKeys: 5 }),
}));
const document = fc.dictionary(word, data, { maxKeys: 6 });

/** One of the ways in which people write it. */
function written(value: Json, choose: () => number): string {
  const one = <T>(...ways: T[]): T => ways[choose() % ways.length] as T;
  if (Array.isArray(value))
    return `[${value.map((item) => written(item, choose)).join(one(', ', ',', '\n', ' # a comment\n', ', // ]\n'))}${one('', ' ', '\n')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${one('', ' ', '\n')}${entries(value, choose)}${one('\n', ' \n')}}`;
  if (typeof value === 'boolean') return value ? one('true', 'yes', 'on', 'TRUE') : one('false', 'no', 'Off');
  if (typeof value === 'number') return String(value);
  const text = String(value);
  const quoted = `"${text.replaceAll(/[\\"\n\t\r]/g, (c) => ({ '\n': '\\n', '\t': '\\t', '\r': '\\r' })[c] ?? `\\${c}`)}"`;
  const isPlain = /^[A-Za-z_][A-Za-z0-9_.>*-]*$/.test(text) && !/^(true|false|yes|no|on|off)$/i.test(text);
  return one(quoted, isPlain ? text : quoted, text.includes("'") ? quoted : `'${text}'`);
}

function entries(map: Record<string, Json>, choose: () => number): string {
  const one = (...ways: string[]): string => ways[choose() % ways.length] as string;
  return Object.entries(map)
    .map(
      ([key, value]) =>
        `${one(key, `"${key}"`, `'${key}'`)}${one(': ', ' = ', ' ', ':', '=')}${written(value, choose)}`,
    )
    .join(one('\n', '; ', ', ', ',\n', '\n# comment\n'));
}

describe('whatever is written', () => {
  it('is read as it was meant, in every way of writing it', () => {
    fc.assert(
      fc.property(document, fc.infiniteStream(fc.nat(100)), (meant, choices) => {
        const choose = (): number => choices.next().value as number;
        expect(read(entries(meant, choose))).toEqual(meant);
      }),
      { numRuns: 500 },
    );
  });

  it('is read, or is an error with its place', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('ab1:={}[]()"\'\\$#/,; \n\t'), 'include ', '\\x', '2a$'),
    });
    fc.assert(
      fc.property(text, (anything) => {
        try {
          parseConf(anything, 'nats.conf', around());
        } catch (error) {
          expect(error).toBeInstanceOf(ChaosError);
          const [, line, column] = /^nats\.conf:(\d+):(\d+): \S/.exec((error as Error).message) ?? [];
          const lines = anything.split('\n');
          expect(Number(line)).toBeGreaterThanOrEqual(1);
          expect(Number(line)).toBeLessThanOrEqual(lines.length);
          expect(Number(column)).toBeLessThanOrEqual((lines[Number(line) - 1] ?? '').length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

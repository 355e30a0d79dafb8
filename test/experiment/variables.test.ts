import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument, type Document } from '../../src/experiment/source/document.ts';
import { interpolate } from '../../src/experiment/source/interpolate.ts';
import { redactData, redactor } from '../../src/support/redaction.ts';
import { sourceOf } from '../../src/experiment/source/source.ts';

function read(text: string, env: Record<string, string> = {}): Document {
  return readDocument(sourceOf(text, 'x.yaml'), env);
}

describe('variables', () => {
  it.each([
    ['${A}', 'one'],
    ['x-${A}-${B:-two}', 'x-one-two'],
    ['${EMPTY:-default}', 'default'],
    ['${EMPTY}', ''],
    ['${A:-}', 'one'],
    ['${NONE:-}', ''],
    ['$${A} and $A', '${A} and $A'],
    ['${secrets.S}', 'hidden'],
  ])('%s', (text, value) => {
    expect(interpolate(text, { A: 'one', EMPTY: '' }, { S: 'hidden' })).toEqual({ text: value });
  });

  it.each(['${A', '${}', '${a b}', '${NONE}', '${secrets.NONE}', '${toString}', '${secrets.constructor}'])(
    '%s cannot be filled in',
    (text) => expect(interpolate(text, {}, {}).problem).toBeTypeOf('string'),
  );

  it('means a number where it is written without quotes, and a text in them; never acts in keys', () => {
    const { value } = read('a: ${N}\nb: "${N}"\n"${N}": c\n', { N: '5' });
    expect(value).toEqual({ a: 5, b: '5', '${N}': 'c' });
  });

  it('cannot add structure', () => {
    expect(read('a: ${N}\n', { N: '{ b: [1] }\nc: 2' }).value).toEqual({ a: '{ b: [1] }\nc: 2' });
  });
});

describe('secrets', () => {
  const text =
    'secrets:\n  A: hunter2\n  B: "${PASS:-fallback}"\n  C: ${PASS}\n  D: |\n    two\n    lines\nuse: ${secrets.C}\n';
  const document = read(text, { PASS: 'from outside' });

  it('can be used anywhere else', () => {
    expect(document.value).toMatchObject({ use: 'from outside' });
    expect(document.secrets).toEqual(['hunter2', 'from outside', 'from outside', 'two\nlines\n']);
  });

  it('are not in the text that is kept, nor in the lines that are shown', () => {
    expect(document.text).toBe(
      'secrets:\n  A: ***\n  B: ***\n  C: ${PASS}\n  D: |\n    ***\nuse: ${secrets.C}\n'.replace(
        '    ***\n',
        '***',
      ),
    );
    expect(document.source.text).toHaveLength(text.length);
    expect(document.source.text).not.toMatch(/hunter2|fallback|two|lines/);
  });

  it('are not shown by a file that is not even YAML', () => {
    const broken = read('name: x\nsecrets:\n  A: "hunter2\n  B: swordfish\nnext: 1\n');
    expect(JSON.stringify([broken.problems, broken.source, broken.text])).not.toMatch(/hunter2|swordfish/);
    expect(broken.text).toContain('next: 1');
  });

  it('are taken out of all data, whichever way it quotes them', () => {
    const secretText = fc.string({ unit: fc.constantFrom('A', 'B', '"', '\\', '\n', 'é'), minLength: 2 });
    const otherText = fc.string({ unit: fc.constantFrom('x', 'y', ' '), maxLength: 5 });
    fc.assert(
      fc.property(secretText, fc.array(otherText, { minLength: 1 }), (secret, around) => {
        const redact = redactor([secret]);
        const clean = redactData({ deep: [around.join(secret), { [secret]: secret }] }, redact);
        expect(clean.deep[0]).not.toContain(secret);
        expect(clean.deep[1]).toEqual({ '***': '***' });
        expect(redact(`said ${JSON.stringify(`x${secret}y`)}`)).toBe('said "x***y"');
      }),
    );
  });
});

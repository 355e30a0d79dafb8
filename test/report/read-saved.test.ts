import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import { readSavedRun } from '../../src/report/read-saved.ts';
import { textWithReadings } from '../../src/report/saved-lines.ts';
import { ChaosError } from '../../src/support/errors.ts';
import { fixtureRun } from './fixture.ts';
import { hostileRun } from './hostile.ts';

const read = (value: unknown) => readSavedRun(JSON.stringify(value), 'x/report.json');

describe('reading a saved run', () => {
  it('gives back what was written, and reads a report that lacks the fields of later releases', () => {
    const saved = fixtureRun();
    expect(readSavedRun(renderJson(saved), 'x')).toEqual(saved);
    const sample = readSavedRun(readFileSync('test/fixtures/saved/form-1.json', 'utf8'), 'form 1');
    const { expected, ...first } = sample;
    // This one was written when it was a single word.
    expect(expected).toEqual({ verdict: 'pass', seen: 'pass' });
    expect(renderHtml(read(first))).toContain('Pass');
  });

  it('reads the committed sample, which is what this program writes', () => {
    const text = readFileSync('reports/sample/report.json', 'utf8');
    const sample = readSavedRun(text, 'sample');
    expect(renderJson(sample)).toBe(text);
    expect(sample.serverEvents?.events.length).toBeGreaterThan(0);
    expect(readFileSync('reports/sample/report.html', 'utf8')).toContain(sample.runId);
  });

  it('passes over fields that a later release of the same form may add', () => {
    expect(read({ ...fixtureRun(), added: { later: 1 } }).verdict).toBe('pass');
  });

  it.each([
    [
      { ...fixtureRun(), schemaVersion: 3 },
      /x\/report.json has schemaVersion 3; this program knows no form newer than 2/,
    ],
    [{ ...fixtureRun(), schemaVersion: 0 }, /is no saved run/],
    [{ hello: 1 }, /is no saved run/],
    [[], /is no saved run/],
    [{ ...fixtureRun(), verdict: 'fine' }, /is damaged: verdict is "fine"/],
    [{ ...fixtureRun(), phases: 3 }, /phases is 3, not array/],
    [{ ...fixtureRun(), probes: [{}] }, /probes\[0\]\.id is missing/],
    [{ ...fixtureRun(), versions: { node: 20 } }, /versions\.node is 20, not string/],
    [{ ...fixtureRun(), durationMs: undefined }, /durationMs is missing/],
  ])('refuses what is none, with the place', (value, message) => {
    expect(() => read(value)).toThrow(message);
  });

  it('says that a newer program is needed for a newer form', () => {
    try {
      read({ ...fixtureRun(), schemaVersion: 9 });
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(ChaosError);
      expect((thrown as ChaosError).hint).toMatch(/newer nats-chaos/);
    }
  });

  it('throws nothing but its own errors, whatever the text is', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ ...fixtureRun(), faults: value, findings: [value] })),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          readSavedRun(text, 'x');
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ChaosError);
        }
      }),
    );
  });
});

describe('reading a saved run without all of its readings', () => {
  const saved = fixtureRun();
  const lagOnly = (text: string) => textWithReadings(Buffer.from(text), (kind) => kind === 'mirror-lag');

  it('leaves out those of the probes that nobody asks for, and nothing else', () => {
    const probes = saved.probes.map((probe) =>
      probe.kind === 'mirror-lag' ? probe : { ...probe, samples: [] },
    );
    expect(probes.some(({ samples }) => samples.length === 0)).toBe(true);
    expect(readSavedRun(lagOnly(renderJson(saved)), 'x')).toEqual({ ...saved, probes });
    const hostile = hostileRun(saved);
    expect(JSON.parse(lagOnly(renderJson(hostile)))).toEqual({
      ...hostile,
      probes: hostile.probes.map((probe) => ({ ...probe, samples: [] })),
    });
  });

  it('gives back whole what somebody has written in another way', () => {
    for (const text of [
      JSON.stringify(saved),
      JSON.stringify(saved, null, 2),
      '',
      '{',
      '{\n"probes": [\n  7',
    ])
      expect(lagOnly(text)).toBe(text);
    const without = renderJson({ ...saved, probes: [] });
    expect(lagOnly(without)).toBe(without);
  });

  it('hides no damage: what is cut off, or no probe, is still noticed', () => {
    const text = renderJson(saved);
    const cut = text.slice(0, text.indexOf('"samples"') + 300);
    expect(() => readSavedRun(lagOnly(cut), 'x')).toThrow('x is not JSON');
    const renamed = text.replace('"kind":"mirror-lag"', '"sort":"mirror-lag"');
    expect(() => readSavedRun(lagOnly(renamed), 'x')).toThrow('probes[0].kind is missing');
  });
});

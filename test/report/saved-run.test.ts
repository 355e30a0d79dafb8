import { existsSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/history/record.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import { redactData, redactor, type Shape } from '../../src/support/redaction.ts';
import { reportJsonSchema, SavedRunSchema, type SavedRun } from '../../src/report/schema.ts';
import { fixturePlan, fixtureRecord, fixtureRun } from './fixture.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true });
const validate = ajv.compile(JSON.parse(reportJsonSchema()) as object);

/** Fields of a record that are saved under another name; every other one must be saved under its own. */
type Moved = 'steadyStateBefore' | 'steadyStateAfter' | 'readyMs' | 'teardownMs';
type Forgotten = Exclude<keyof RunRecord, keyof SavedRun | Moved>;
const nothingForgotten: Forgotten extends never ? true : false = true;

describe('the published schema', () => {
  // `npx vitest run --project unit test/report -u` writes it anew.
  it('is the one that the program has', async () => {
    expect(existsSync('schema/report.schema.json')).toBe(true);
    await expect(reportJsonSchema()).toMatchFileSnapshot('../../schema/report.schema.json');
    expect(nothingForgotten).toBe(true);
  });

  it('describes every field', () => {
    const bare: string[] = [];
    const walk = (schema: Record<string, unknown>, path: string): void => {
      for (const [name, field] of Object.entries((schema['properties'] ?? {}) as Record<string, never>)) {
        if ((field as { description?: string }).description === undefined) bare.push(`${path}/${name}`);
        walk(field, `${path}/${name}`);
      }
      if (schema['items'] !== undefined) walk(schema['items'] as Record<string, unknown>, `${path}[]`);
    };
    walk(JSON.parse(reportJsonSchema()) as Record<string, unknown>, '');
    expect(bare).toEqual([]);
  });

  it('accepts a run as it is written, also an interrupted one of which little is known', () => {
    const bare: RunRecord = {
      ...fixtureRecord(),
      interrupted: 'SIGINT',
      error: { message: 'no binary', hint: 'install it', code: 'unavailable' },
      unclean: ['a proxy is left'],
      kept: { urls: ['nats://127.0.0.1:4222'], pids: [1], folder: 'x' },
      phases: [{ name: 'baseline', outcome: 'not-run', actions: [], expectations: [] }],
      faults: [],
      probes: [],
      workloads: [],
    };
    delete bare.drain;
    delete bare.readyMs;
    delete bare.teardownMs;
    for (const saved of [fixtureRun(), fixtureRun(bare, { findings: [] })]) {
      validate(JSON.parse(renderJson(saved)));
      expect(validate.errors).toBeNull();
    }
  });

  it('refuses another version, an unknown verdict and an unknown field', () => {
    for (const wrong of [{ schemaVersion: 9 }, { verdict: 'fine' }, { extra: 1 }]) {
      expect(validate({ ...fixtureRun(), ...wrong })).toBe(false);
    }
  });
});

describe('renderJson', () => {
  it('loses nothing', () => {
    const saved = fixtureRun();
    expect(JSON.parse(renderJson(saved))).toEqual(saved);
  });
});

describe('secrets', () => {
  it('never reach the saved run or the page, wherever they stood', () => {
    const secret = 's3cr3t/+"é';
    const record = fixtureRecord();
    record.timeline.push({ t: 1, kind: 'problem', text: `login as app:${secret}@host failed` });
    record.workloads[0]!.firstError = `bad url nats://app:${encodeURIComponent(secret)}@host`;
    record.versions[`x-${secret}`] = secret;
    record.faults[0]!.options = { nested: [{ password: secret }] };
    record.faults[0]!.undo[0]!.record.args = { json: JSON.stringify({ password: secret }) };
    record.probes[0]!.samples[0] = { t: 0, error: secret };
    const plan = fixturePlan();
    plan.environment.source += `\npassword: ${secret}\n`;
    const saved = fixtureRun(record, { secrets: [secret, ''], plan });
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), 's3cr3t'];
    for (const text of [renderJson(saved), renderHtml(saved)]) {
      for (const form of forms) expect(text).not.toContain(form);
    }
    expect(saved.timeline.at(-1)?.text).toBe('login as app:***@host failed');
    expect(saved.versions).toMatchObject({ 'x-***': '***' });
  });

  it('that are words of the form itself leave the form alone', () => {
    const saved = fixtureRun(fixtureRecord(), { secrets: ['pass', 'met', 'verdict', 'partition'] });
    validate(JSON.parse(renderJson(saved)));
    expect(validate.errors).toBeNull();
    expect(saved.verdict).toBe('pass');
    expect(saved.experiment.name).toBe('***-recovery');
  });

  it('that contain one another leave no remainder', () => {
    const text = fc.string({ minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, text, text, (secret, before, after) => {
        const saved = { ...fixtureRunOnce, headline: before + secret + after };
        const hide = redactor([secret, secret + after]);
        const { headline } = redactData(saved, hide, SavedRunSchema as unknown as Shape);
        if (!'***'.includes(secret)) expect(headline.replaceAll('***', '')).not.toContain(secret + after);
        expect(headline).toContain('***');
      }),
    );
  });
});

const fixtureRunOnce = fixtureRun();

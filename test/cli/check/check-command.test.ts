import {
  appendFileSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChecks } from '../../../src/checkers/run-checks.ts';
import { checkCommand, type CheckOptions } from '../../../src/cli/commands/check.ts';
import { eventsPath, storedPath } from '../../../src/history/paths.ts';
import { Timeline, MIRROR, STREAM, WORKLOADS } from '../../checkers/history.ts';
import { said } from '../history/lines.ts';
import { makeRun, writeReport, type MadeRun } from '../history/made-run.ts';

const CHECKS = [
  { kind: 'no-loss', published: 'p1', received: ['c', 'm'] },
  { kind: 'no-duplicates', received: ['c', 'm'] },
  { kind: 'ordered', received: ['c', 'm'] },
  { kind: 'identical', streams: [STREAM, MIRROR] },
];

let out: string;
let folder: string;
beforeEach(() => {
  out = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-check-'));
  folder = join(out, 'run');
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

/** A run of twenty messages, as it was judged when it ended. */
function make(spoil: (timeline: Timeline) => void = () => undefined, over: Partial<MadeRun> = {}): MadeRun {
  const timeline = new Timeline(Array.from({ length: 20 }, (_, at) => (at % 2 ? 'p1' : 'p2')));
  spoil(timeline);
  const findings = runChecks(
    timeline.history,
    CHECKS.map((options) => ({ kind: options.kind, options })),
  );
  const run = {
    workloads: WORKLOADS,
    streams: [{ address: STREAM }, { address: MIRROR, mirrorOf: STREAM }],
    checks: CHECKS,
    findings,
    ...over,
  };
  makeRun(folder, timeline.events, run);
  return run;
}

const check = (options: Partial<CheckOptions> = {}) => said(() => checkCommand('run', { out, ...options }));
const list = (text: string): string => {
  const file = join(out, 'checks.yaml');
  writeFileSync(file, text);
  return file;
};

const LOSES = (timeline: Timeline): void =>
  timeline.drop('stored', ({ stream, seq }) => stream === STREAM && seq === 8);

describe('chaos check', () => {
  it('repeats the checks of the run, and finds the same', async () => {
    make();
    const { code, out: text } = await check();
    expect(code).toBe(0);
    expect(text).toMatch(/^✔ pass {2}no-loss p1.*: all 10 acknowledged messages/m);
    expect(text).toMatch(/^the report says the same$/m);
    expect(text).toMatch(/^✔ PASS {2}.*run: publishes 20, deliveries 40, stored messages 40$/m);
  });

  it('fails as the run has failed, with the first message that is missing', async () => {
    make(LOSES);
    const { code, out: text } = await check();
    expect(code).toBe(1);
    expect(text).toMatch(/^✘ fail {2}no-loss p1.*sequence 8 /m);
    expect(text).toMatch(/^the report says the same$/m);
  });

  it('says where the report has found something else', async () => {
    const run = make(LOSES);
    const [first, ...others] = run.findings ?? [];
    writeReport(folder, {
      ...run,
      findings: [{ ...first!, verdict: 'pass', statement: 'nothing is lost' }, ...others],
    });
    const { code, out: text } = await check();
    expect(code).toBe(1);
    expect(text).toMatch(/the report says pass: nothing is lost; now it is fail: /);
    const { differences } = JSON.parse((await check({ json: true })).out) as { differences: string[] };
    expect(differences).toHaveLength(1);
  });

  it('makes other checks from a file, and says nothing of the report then', async () => {
    make(LOSES);
    const { code, out: text } = await check({ checks: list('- { kind: no-duplicates, received: [c] }\n') });
    expect(code).toBe(0);
    expect(text).toMatch(/no-duplicates/);
    expect(text).not.toMatch(/the report/);
    expect((await check({ checks: list('[]') })).code).toBe(2);
  });

  it.each([
    ['- { kind: no-los, published: p1 }', /checks\.yaml:1:11: .*no-loss/],
    ['- { kind: no-loss, published: px }', /checks\.yaml:1:31: there is no workload "px"/],
    ['- { kind: no-loss, published: c }', /checks\.yaml:1:31: "c" is a consume workload; expected a publish/],
    ['\n- { kind: identical, streams: [a/qa, b/qa] }', /checks\.yaml:2:38: there is no stream "b\/qa"/],
    ['- { kind: identical }', /checks\.yaml:1:3: .*streams/],
    ['checks: []', /checks\.yaml:1:1: .*list/],
    ['', /checks\.yaml:1:1: this file is empty/],
  ])('points into a file that is wrong: %s', async (text, message) => {
    make();
    await expect(check({ checks: list(text) })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['a table that ends in the middle', () => truncateBy(storedPath(folder, STREAM), 100)],
    ['events that end in the middle', () => appendFileSync(eventsPath(folder), '{"type":"stream-au')],
  ])('is inconclusive and never passes for %s', async (_, tear) => {
    make();
    tear();
    const { code, out: text } = await check();
    expect(code).toBe(2);
    expect(text).toMatch(/the history ends in the middle of something/);
    expect(text).not.toMatch(/^[✔✘]/m);
  });

  it('checks a run that has no report as far as it goes, if the history says what it was to do', async () => {
    make(LOSES);
    rmSync(join(folder, 'report.json'));
    writeFileSync(join(folder, 'journal.ndjson'), '');
    await expect(check()).rejects.toThrow(/does not say what is to be checked/);
    const about = {
      ...{ type: 'run', runId: 'testrun1', experiment: 'x', streams: [STREAM, MIRROR], workloads: WORKLOADS },
      checks: CHECKS.map((options) => ({ kind: options.kind, options })),
    };
    appendFileSync(eventsPath(folder), `${JSON.stringify(about)}\n`);
    const { code, out: text } = await check();
    expect(code).toBe(2);
    expect(text).toMatch(/^\? inconclusive {2}no-loss p1.*as far as the history goes it fails: /m);
    expect(text).toMatch(/the run has no report: it was killed, or is still going on/);
  });
});

function truncateBy(path: string, bytes: number): void {
  truncateSync(path, statSync(path).size - bytes);
}

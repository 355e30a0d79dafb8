import { expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { renderSummary } from '../../src/report/console.ts';
import { claimsOf } from '../../src/report/forms/claims.ts';
import { renderJunit } from '../../src/report/forms/junit.ts';
import type { CrashRecord } from '../../src/history/server-crash.ts';
import { crashFindings } from '../../src/verdict/server-crash.ts';
import { fixtureFindings, fixtureRecord, fixtureRun } from './fixture.ts';

const crash: CrashRecord = {
  t: 12_000,
  node: 'qa1a/js1-qa1a',
  kind: 'panic',
  text: 'exited with code 2: panic: <boom>',
  code: 2,
  phase: 'partition',
  faults: ['partition#1'],
  lastLines: ['panic: <boom>', 'goroutine 7 [running]:'],
};

function crashed() {
  const record = { ...fixtureRecord(), crashes: [crash] };
  return fixtureRun(record, { findings: [...crashFindings(record), ...fixtureFindings()] });
}

it('a server that ended by itself is told in every form, as other findings are', () => {
  const saved = crashed();
  expect(saved).toMatchObject({ verdict: 'fail', exitCode: 1, crashes: [crash] });
  const said =
    /server-crash on qa1a\/js1-qa1a: the server exited with code 2: panic: <boom>, by itself, at 12 s in phase partition/;
  expect(saved.headline).toMatch(said);
  expect(renderSummary(saved, { color: false, width: 400, plain: true })).toMatch(said);
  const page = renderHtml(saved);
  expect(page).toContain('Its last lines');
  expect(page).toContain('panic: &lt;boom&gt;\ngoroutine 7 [running]:');
  expect(renderJunit([saved])).toMatch(/<testcase[^>]*name="check: qa1a\/js1-qa1a"[^>]*>\s*<failure/);
});

it('moves no check away from its place in the experiment', () => {
  const places = (saved: ReturnType<typeof crashed>): [string, string][] =>
    claimsOf(saved).flatMap(({ group, where, pointer }) => (group === 'check' ? [[where, pointer]] : []));
  expect(places(crashed())).toEqual([['server-crash', ''], ...places(fixtureRun())]);
});

import { expect, it } from 'vitest';
import { renderHtml } from '../../../src/report/html.ts';
import { fixtureFindings, fixtureRecord, fixtureRun } from '../fixture.ts';

/** The key figures of a page: label → value. */
function figuresOf(page: string): Map<string, string> {
  const [list = ''] = /<ul class="figures"[^]*?<\/ul>/.exec(page) ?? [];
  const found = list.matchAll(/<span class="label">([^<]*)<\/span><strong>([^<]*)<\/strong>/g);
  return new Map([...found].map(([, label = '', value = '']) => [label, value]));
}

it('the key figures of a run that publishes are those of its messages', () => {
  const shown = figuresOf(renderHtml(fixtureRun(fixtureRecord(), { findings: fixtureFindings() })));
  expect([...shown.keys()]).toEqual(
    expect.arrayContaining(['Lost', 'Duplicated', 'Out of order', 'Published']),
  );
  expect(shown.has('Permissions tried')).toBe(false);
});

it('those of a run that only tries permissions are not of messages that nobody published', () => {
  const run = fixtureRun();
  const [first] = fixtureFindings();
  const isolated = { ...first!, check: 'isolated', counts: { allowed: 1200, denied: 34, passes: 5 } };
  const workloads = run.workloads.slice(0, 1).map((one) => ({ ...one, kind: 'permissions' }));
  const shown = figuresOf(renderHtml({ ...run, findings: [isolated], workloads }));
  expect(shown.get('Permissions tried')).toBe('1,234');
  for (const label of ['Lost', 'Duplicated', 'Out of order', 'Published'])
    expect(shown.has(label)).toBe(false);
});

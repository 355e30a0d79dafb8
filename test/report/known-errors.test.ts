import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../src/report/console.ts';
import { renderHtml } from '../../src/report/html.ts';
import { loggedErrors } from '../../src/report/known-errors.ts';
import { fixtureRecord, fixtureRun } from './fixture.ts';

const TEXT = 'JetStream out of File resources, will be DISABLED';
const AUTH = 'authentication error - User "app"';

/** A run whose servers logged this. */
function runWith(events: { node: string; kind: 'error' | 'store' | 'link-down'; text: string }[]) {
  const record = fixtureRecord();
  record.serverEvents = {
    events: events.map((event, i) => ({ ...event, t: i, until: i, count: 1 })),
    leftOut: 0,
  };
  record.faults[0]!.heldToEnd!.proven = false; // so that the run does not pass
  return fixtureRun(record);
}

describe('known errors in the logs of servers', () => {
  const saved = runWith([
    { node: 'qa1a/js1', kind: 'store', text: TEXT },
    { node: 'qa1a/js2', kind: 'store', text: TEXT },
    { node: 'qa1a/js1', kind: 'error', text: AUTH },
    { node: 'qa1a/js1', kind: 'error', text: 'something that nobody knows' },
    { node: 'qa1a/js1', kind: 'link-down', text: 'connect: connection refused' },
  ]);

  it('are listed once each, with the servers; a lost link is none', () => {
    expect(loggedErrors(saved)).toMatchObject([
      { node: 'qa1a/js1', nodes: ['qa1a/js1', 'qa1a/js2'], text: TEXT },
      { node: 'qa1a/js1', nodes: ['qa1a/js1'], text: AUTH },
    ]);
  });

  it('are explained in the report and on the terminal', () => {
    const page = renderHtml(saved);
    const terminal = renderSummary(saved, { color: false, width: 100, plain: true });
    expect(terminal).toContain(`qa1a/js1 logged "${TEXT}": the limits on what JetStream may store`);
    expect(page).toContain('the limits on what JetStream may store are used up');
    expect(page).toContain('<b>qa1a/js1, qa1a/js2</b>');
    expect(page).toContain('the server refuses who the client says it is');
  });

  it('are not on the terminal of a run that passes', () => {
    const record = fixtureRecord();
    record.serverEvents = {
      events: [{ node: 'qa1a/js1', kind: 'store', text: TEXT, t: 1, until: 1, count: 1 }],
      leftOut: 0,
    };
    const passed = renderSummary(fixtureRun(record), { color: false, width: 100, plain: true });
    expect(passed).toContain('PASS');
    expect(passed).not.toContain('logged');
  });
});

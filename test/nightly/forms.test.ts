import { describe, expect, it } from 'vitest';
import { renderNightJunit, renderNightMarkdown } from '../../src/nightly/forms.ts';
import { nightOf } from '../../src/nightly/night.ts';
import { passing } from '../matrix/matrices.ts';
import { parseXml } from '../report/forms/xml.ts';
import { named } from './nights.ts';

const matrix = passing(1);
const held = [
  {
    experiment: 'cut',
    column: '2.10.22',
    baseline: named(1),
    comparison: 'compare/cut.html',
    regressions: ['worse in 2.10.22: Recovery time, ×2.00', 'new in 2.10.22: check, no-loss: lost'],
  },
  {
    experiment: 'kill',
    column: '2.10.22',
    baseline: named(1),
    comparison: 'compare/kill.html',
    regressions: [],
  },
];
const night = nightOf(named(2), matrix, new Map(), held);

describe('the other forms of a night', () => {
  it('are its matrix, and a test case for each cell that was held against an earlier night', () => {
    const top = parseXml(renderNightJunit(matrix, night));
    expect(top.attributes).toMatchObject({ tests: '7', failures: '1', errors: '0' });
    const cases = top.children.flatMap(({ children }) => children);
    const against = cases.filter(({ attributes }) => attributes['name']?.includes('against') === true);
    expect(against.map(({ attributes }) => [attributes['classname'], attributes['name']])).toEqual([
      ['cut', `nats-server 2.10.22 against ${named(1)}`],
      ['kill', `nats-server 2.10.22 against ${named(1)}`],
    ]);
    const [regressed, same] = against.map(({ children }) => children[0]);
    expect(regressed?.attributes).toEqual({ type: 'regression', message: held[0]!.regressions[0] });
    expect(regressed?.text).toContain('no-loss: lost');
    expect(same).toBeUndefined();
  });

  it('are Markdown with the regressions above the grid', () => {
    const text = renderNightMarkdown({ ...matrix, endedAt: matrix.startedAt }, night);
    expect(text).toMatch(
      new RegExp(`^## ✘ FAIL: night ${named(2)}\\n\\n\\*\\*4 runs: pass 4; 2 regressions`),
    );
    expect(text).toContain(`- held against ${named(1)}\n- regression: cut on 2.10.22: worse in 2.10.22`);
    expect(text).toContain('| kill | ✔ pass | ✔ pass |');
  });
});

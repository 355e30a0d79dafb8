import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/report/forms/markdown.ts';
import { FLAWS } from '../../verdict/flaws.ts';
import { fixtureRecord, fixtureRun } from '../fixture.ts';
import { hostileRun } from '../hostile.ts';
import { judgedRun } from './judged.ts';

const tableRows = (text: string) => text.split('\n').filter((line) => line.startsWith('|'));

describe('the Markdown summary', () => {
  it('has the verdict and why first, then the table, then how to repeat the run', () => {
    const text = renderMarkdown([fixtureRun()]);
    expect(text).toMatch(/^## ✔ PASS: A partition between the zones/);
    expect(text).toContain('| fault | ✔ proven, undone | partition between qa1a and qa1b |');
    expect(text).toContain('```\nchaos run experiments/partition-recovery.yaml --nats 2.12.3');
    const failed = renderMarkdown([judgedRun(FLAWS.filter(({ name }) => /check fails|moved/.test(name)))]);
    expect(failed).toMatch(/^## ✘ FAIL: .*\n\n\*\*no-loss on publish: 1 lost\*\*/);
    expect(failed).toMatch(/\n- inconclusive: The workload publish .*moved no message/);
  });

  it('keeps every row a row of four, and lets no name become a tag, a link or a mention', () => {
    const harmless = tableRows(renderMarkdown([fixtureRun()])).length;
    const text = renderMarkdown([hostileRun(fixtureRun())]);
    expect(tableRows(text)).toHaveLength(harmless);
    expect(text.replace(/```[^]*?\n```/g, '')).not.toMatch(/[<>]/);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('|', '`', '\\', '<', '@', '\n', '[', '](', '*', '://', 'a') }),
        (word) => {
          const record = fixtureRecord();
          record.faults[0]!.title = word;
          const saved = { ...fixtureRun(record), repeat: { command: word } };
          const rows = tableRows(renderMarkdown([saved]).replace(/(`{3,})\n[^]*?\n\1/g, ''));
          for (const row of rows) expect(row.match(/(?<!\\)(\\\\)*\|/g)).toHaveLength(5);
          expect(rows.join('')).not.toMatch(/[<>@]|:\/\//);
        },
      ),
    );
  });

  it('shows what is wrong first when there is too much to show', () => {
    const record = fixtureRecord();
    const phase = record.phases[0]!;
    phase.expectations = Array.from({ length: 3000 }, (_, at) => ({
      probe: `p${at}`,
      condition: 'max 1',
      outcome: 'violated' as const,
      statement: 'x'.repeat(500),
      readings: 1,
    }));
    const text = renderMarkdown([fixtureRun(record)]);
    expect(text.length).toBeLessThan(100_000);
    expect(text).toMatch(/2,9\d\d more rows in the report/);
    expect(tableRows(text).length).toBe(102);
  });
});

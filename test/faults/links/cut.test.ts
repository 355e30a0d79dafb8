import { describe, expect, it } from 'vitest';
import { isolate } from '../../../src/faults/links/isolate.ts';
import { partition } from '../../../src/faults/links/partition.ts';
import type { CutObservation } from '../../../src/faults/links/cut.ts';

type View = CutObservation['links'][string];
const PASSES: View = { opens: true, out: true, back: true, direction: 'both', others: [] };
const REFUSED: View = { opens: false, out: false, back: false, direction: 'both', others: [] };
const SILENT: View = { opens: true, out: false, back: false, direction: 'both', others: [] };

const seen = (views: View[], connections: string[] = []): CutObservation => ({
  links: Object.fromEntries(views.map((view, i) => [`l${i}`, view])),
  connections,
});
const before = seen([PASSES, PASSES], ['a/n1 - b/n1']);
const options = {
  kind: 'partition',
  between: ['a', 'b'] as [string, string],
  direction: 'both',
  mode: 'reset',
  keep: false,
} as const;
const blackhole = { ...options, mode: 'blackhole' } as const;

describe('a cut that resets', () => {
  it('is in force only when nothing can be connected through and no server reports a connection', () => {
    expect(partition.inForce(before, seen([REFUSED, REFUSED]), options).proven).toBe(true);
    expect(partition.inForce(before, seen([REFUSED, PASSES]), options).proven).toBe(false);
    expect(partition.inForce(before, seen([REFUSED, SILENT]), options).proven).toBe(false);
    expect(partition.inForce(before, seen([REFUSED], ['a/n1 - b/n1']), options)).toMatchObject({
      proven: false,
      statement: expect.stringContaining('a/n1 - b/n1') as string,
    });
  });
  it('changes nothing where nothing passed, and is removed when all passes again', () => {
    expect(partition.vacuous(seen([REFUSED, SILENT]))).toMatch(/even before the cut/);
    expect(partition.vacuous(seen([REFUSED, PASSES]))).toBeNull();
    expect(partition.removed(before, seen([PASSES, REFUSED]), options).proven).toBe(false);
    expect(partition.removed(before, seen([PASSES, PASSES]), options).proven).toBe(true);
  });
});

describe('a black hole', () => {
  it('is no closed door: connections open, and nothing passes', () => {
    expect(partition.inForce(before, seen([SILENT, SILENT], ['a/n1 - b/n1']), blackhole).proven).toBe(true);
    expect(partition.inForce(before, seen([SILENT, REFUSED]), blackhole).proven).toBe(false);
    expect(partition.inForce(before, seen([SILENT, PASSES]), blackhole).proven).toBe(false);
  });
  it.each(['out', 'back'] as const)('one way, %s, lets the other way pass', (direction) => {
    const oneWay = (out: boolean, back: boolean) =>
      partition.inForce(before, seen([{ ...PASSES, direction, out, back }]), blackhole).proven;
    expect(oneWay(direction !== 'out', direction !== 'back')).toBe(true);
    expect(oneWay(direction === 'out', direction === 'back')).toBe(false);
    expect(oneWay(false, false)).toBe(false);
    expect(oneWay(true, true)).toBe(false);
  });
});

describe('cuts that share a link', () => {
  const held = { ...REFUSED, others: ['partition#2'] };
  it('stay in force when the other has the louder effect', () => {
    expect(partition.inForce(before, seen([SILENT, held]), blackhole).proven).toBe(true);
  });
  it('are removed though the other still holds the link, and say so', () => {
    expect(partition.removed(before, seen([PASSES, held]), options)).toEqual({
      proven: true,
      statement:
        '1 of 2 links let data through again (2 before the fault); the others are still held by partition#2',
    });
  });
});

describe('isolate', () => {
  it('counts its nodes as down', () => expect(isolate.takesNodesDown).toBe(true));
});

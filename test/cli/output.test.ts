import { describe, expect, it } from 'vitest';
import { widthOf } from '../../src/cli/output.ts';

const at = (isTTY: boolean, columns: number | undefined): { isTTY: boolean; columns: number } =>
  ({ isTTY, columns }) as { isTTY: boolean; columns: number };

describe('the width of the output', () => {
  it('is that of the terminal, and 80 where it does not know its own', () => {
    expect(widthOf(at(true, 132), 120)).toBe(132);
    expect(widthOf(at(true, 0), 120)).toBe(80);
    expect(widthOf(at(true, undefined), 120)).toBe(80);
  });

  it('is chosen by the command where it is no terminal', () => {
    expect(widthOf(at(false, undefined), 120)).toBe(120);
  });
});

import { describe, expect, it } from 'vitest';
import { stayLinked } from '../../../src/faults/links/majorities-ring.ts';

describe('a ring of majorities', () => {
  it.each([4, 5, 6, 7, 8, 9, 10, 11, 15])('of %i nodes: each sees a majority, no two the same', (size) => {
    const places = Array.from({ length: size }, (_, i) => i);
    const views = places.map((a) => places.filter((b) => a === b || stayLinked(a, b, size)));
    for (const view of views) {
      expect(view.length).toBeGreaterThan(size / 2);
      expect(view.length).toBeLessThan(size);
    }
    expect(new Set(views.map(String)).size).toBe(size);
    for (const a of places) {
      for (const b of places) expect(stayLinked(a, b, size)).toBe(stayLinked(b, a, size));
    }
  });
});

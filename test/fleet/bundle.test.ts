import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packBundle, unpackBundle } from '../../src/fleet/bundle.ts';
import { MAX_BUNDLE_BYTES } from '../../src/fleet/limits.ts';

describe('a bundle', () => {
  it('is the same object for the same files', () => {
    const files = { 'experiments/a.yaml': 'a', 'environments/b.yaml': 'b' };
    const packed = packBundle({ files });
    expect(unpackBundle(packed.content)).toEqual({ files });
    const reversed = Object.fromEntries(Object.entries(files).reverse());
    expect(packBundle({ files: reversed }).sha256).toBe(packed.sha256);
  });

  it.each(['/etc/cron.d/x', '../x', 'a/../../x', '.', '..', 'a/', 'a'.repeat(201)])(
    'has no file %j',
    (path) => {
      const content = gzipSync(JSON.stringify({ files: { [path]: 'x' } }));
      expect(() => unpackBundle(content)).toThrow('not as it should be');
    },
  );

  it('has no file below another file', () => {
    const content = gzipSync(JSON.stringify({ files: { 'experiments/a': 'x', 'experiments/a/b/c': 'x' } }));
    expect(() => unpackBundle(content)).toThrow('experiments/a/b/c below another file');
  });

  it('does not grow beyond its limit, whatever its size on the way', () => {
    const bomb = gzipSync(Buffer.alloc(MAX_BUNDLE_BYTES * 4));
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => unpackBundle(bomb)).toThrow('cannot be unpacked');
    expect(() => packBundle({ files: { a: 'x'.repeat(MAX_BUNDLE_BYTES) } })).toThrow('cannot be sent');
  });
});

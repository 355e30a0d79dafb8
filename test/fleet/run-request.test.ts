import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_REQUEST_BYTES } from '../../src/fleet/limits.ts';
import { runRequests } from '../../src/fleet/run-request.ts';
import { request } from './requests.ts';

const read = (value: unknown): string | undefined =>
  runRequests.read(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))).problem;

describe('a run request as it arrives', () => {
  it('is what was written', () => {
    const written = request({
      bundle: 'a'.repeat(64),
      nats: '2.12.3',
      environment: 'environments/mine.yaml',
    });
    expect(runRequests.read(runRequests.write(written))).toEqual({ value: written });
  });

  it('is refused when it is no JSON, too long, or another thing', () => {
    expect(read('{')).toBe('it is no JSON');
    expect(read(' '.repeat(MAX_REQUEST_BYTES + 1))).toContain('bytes');
    expect(read([])).toContain('type');
    expect(read({ ...request(), args: ['--keep'] })).toContain('additionalProperties');
    expect(read({ ...request(), run: 'a.b' })).toContain('/run');
    expect(read({ ...request(), timeoutMs: 1e12 })).toContain('/timeoutMs');
    expect(read({ ...request(), suite: 'a.b' })).toContain('/suite');
    expect(read({ ...request(), nats: '--help' })).toContain('/nats');
    expect(read({ ...request(), driver: '--out=/etc' })).toContain('/driver');
  });

  it.each([
    '/etc/passwd',
    '../a.yaml',
    'a/../../b.yaml',
    './a.yaml',
    'a//b',
    'a/..',
    'a\nb',
    '-'.repeat(301),
    '',
  ])('has no path like %j', (path) => {
    expect(read({ ...request(), experiment: { ...request().experiment, path } })).toContain(
      '/experiment/path',
    );
  });

  it('never throws, whatever arrives', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void runRequests.read(bytes)));
    fc.assert(fc.property(fc.json(), (text) => void runRequests.read(Buffer.from(text))));
  });

  it('is checked before it is sent too', () => {
    expect(() => runRequests.write(request({ seed: -1 }))).toThrow('/seed');
  });
});

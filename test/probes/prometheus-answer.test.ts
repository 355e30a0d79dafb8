import { describe, expect, it } from 'vitest';
import { samplesOf } from '../../src/probes/outside/prometheus-answer.ts';

const answer = (resultType: string, result: unknown, more: object = {}): string =>
  JSON.stringify({ status: 'success', data: { resultType, result }, ...more });
const vector = (...values: string[]): string =>
  answer(
    'vector',
    values.map((value, i) => ({
      metric: { __name__: 'up', job: 'nats', instance: `h:${i}` },
      value: [1, value],
    })),
  );

describe('the answer of Prometheus', () => {
  it('gives every sample under its own name', () => {
    expect(samplesOf(vector('1', '0.5'), 200)).toEqual([
      { name: 'up{instance="h:0", job="nats"}', value: 1 },
      { name: 'up{instance="h:1", job="nats"}', value: 0.5 },
    ]);
    expect(samplesOf(answer('scalar', [1, '3']), 200)).toEqual([{ name: 'scalar', value: 3 }]);
    expect(samplesOf(answer('vector', [{ metric: {}, value: [1, '2'] }]), 200)[0]?.value).toBe(2);
    expect(samplesOf(vector(), 200)).toEqual([]);
  });

  it.each([
    ['NaN', vector('1', 'NaN'), /h:1.* is NaN/],
    ['infinity', vector('+Inf'), /\+Inf/],
    ['a native histogram', answer('vector', [{ metric: { a: 'b' }, histogram: [1, {}] }]), /is nothing/],
    ['a matrix', answer('matrix', []), /the result is a matrix/],
    ['a string', answer('string', [1, 'x']), /the result is a string/],
    ['a warning', answer('vector', [], { warnings: ['a part is missing'] }), /a part is missing/],
    ['an error', JSON.stringify({ status: 'error', error: 'parse error' }), /parse error/],
    ['another server', '<html>', /not that of a Prometheus server/],
    ['null', 'null', /refuses the query/],
  ])('%s is no reading', (_, text, why) => {
    expect(() => samplesOf(text, 200)).toThrow(why);
  });
});

import { expect, it } from 'vitest';
import { readingMetricsAt } from '../../../src/cli/run/metrics-address.ts';
import type { Plan } from '../../../src/plan/plan.ts';

it('probes of the metrics of a run follow its port, and others stay', () => {
  const probe = (kind: string, url: string) => ({
    id: url,
    kind,
    target: url,
    unit: '',
    options: { kind, url },
  });
  const plan = {
    probes: [
      probe('http', 'http://127.0.0.1:9464/metrics'),
      probe('http', 'http://localhost:9464/metrics'),
      probe('http', 'http://127.0.0.1:94645/metrics'),
      probe('prometheus', 'http://127.0.0.1:9464/'),
    ],
  } as unknown as Plan;
  const moved = readingMetricsAt(plan, 9464, 'http://127.0.0.1:1234/').probes;
  expect(moved.map(({ options }) => options['url'])).toEqual([
    'http://127.0.0.1:1234/metrics',
    'http://127.0.0.1:1234/metrics',
    'http://127.0.0.1:94645/metrics',
    'http://127.0.0.1:9464/',
  ]);
  expect(moved[0]?.id).toBe('http://127.0.0.1:9464/metrics');
});

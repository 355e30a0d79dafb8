import { expect, it } from 'vitest';
import { reload } from '../../../src/faults/nodes/reload.ts';

it('a reload names every field that it changes', () => {
  const title = (config: Record<string, never>): string =>
    reload.title({ kind: 'reload', nodes: ['a/n1', 'a/n2'], config } as never);
  const config = { max_payload: 1, cluster: { authorization: { password: 'x' }, routes: [], ping: null } };
  expect(title(config as never)).toBe(
    'reload of a/n1, a/n2 with another max_payload, cluster.authorization.password, cluster.routes, cluster.ping',
  );
  expect(title({ cluster: {} } as never)).toBe('reload of a/n1, a/n2 with another cluster');
});

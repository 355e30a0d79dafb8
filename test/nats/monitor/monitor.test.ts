import { expect, it } from 'vitest';
import { openRoutes } from '../../../src/nats/monitor/monitor.ts';

it('leaves routes out that their server has closed already, which it tells without an address', () => {
  const open = { remote_name: 'n1', remote_id: 'A', ip: '172.18.0.3', port: 6222 };
  const closed = { remote_name: 'n2', remote_id: 'B', ip: '', port: 0 };
  expect(openRoutes({ routes: [open, closed] })).toEqual([open]);
  expect(openRoutes({})).toEqual([]);
});

import { expect, it } from 'vitest';
import { isConnectedTo, parseTcpTable } from '../../../src/drivers/system/sockets.ts';

/** A program of a container with an IPv4 connection to 172.20.0.3:4222, and one to 172.20.0.4:18080 on an IPv6 socket. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
   1: 050014AC:8F3A 030014AC:107E 01 00000000:00000000 00:00000000 00000000     0        0 2
   2: 0000000000000000FFFF0000050014AC:8F3B 0000000000000000FFFF0000040014AC:46A0 01 00000000:00000000 00:00000000 00000000     0        0 3
   3: 050014AC:8F3C 060014AC:107E 06 00000000:00000000 00:00000000 00000000     0        0 0
   4: B80D0120000000000000000001000000:8F3D B80D0120000000000000000002000000:107E 01 00000000:00000000 00:00000000 00000000     0        0 4
`;

it('a table of sockets tells where established connections lead', () => {
  const table = parseTcpTable(TABLE);
  expect(table.map(({ remoteIp, remotePort }) => `${remoteIp} ${remotePort}`)).toEqual([
    '0.0.0.0 0',
    '172.20.0.3 4222',
    '172.20.0.4 18080',
    '172.20.0.6 4222',
    'null 4222',
  ]);
  expect(isConnectedTo(table, ['172.20.0.3', '10.0.0.1'], 4222)).toBe(true);
  expect(isConnectedTo(table, ['172.20.0.4'], 18_080)).toBe(true);
  expect(isConnectedTo(table, ['172.20.0.4'], 4222)).toBe(false);
  // It has ended.
  expect(isConnectedTo(table, ['172.20.0.6'], 4222)).toBe(false);
});

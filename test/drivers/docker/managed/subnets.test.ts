import { describe, expect, it } from 'vitest';
import {
  carve,
  formatBlock,
  hostAddress,
  parseBlock,
  routedTo,
} from '../../../../src/drivers/docker/managed/subnets.ts';

const cut = (block: string, count: number, size: number): string[] | null =>
  carve(parseBlock(block), count, size)?.map(formatBlock) ?? null;

describe('addresses for the networks of a run', () => {
  it('cuts a large block into blocks of 256', () => {
    expect(cut('172.18.0.0/16', 3, 10)).toEqual(['172.18.0.0/24', '172.18.1.0/24', '172.18.2.0/24']);
    expect(cut('192.168.240.0/20', 2, 10)).toEqual(['192.168.240.0/24', '192.168.241.0/24']);
  });

  it('cuts a small block as small as it must', () => {
    expect(cut('10.1.2.0/24', 4, 60)).toEqual([
      '10.1.2.0/26',
      '10.1.2.64/26',
      '10.1.2.128/26',
      '10.1.2.192/26',
    ]);
    expect(cut('10.1.2.0/24', 5, 30)).toHaveLength(5);
  });

  it('refuses a block that is too small', () => {
    expect(cut('10.1.2.0/24', 4, 65)).toBeNull();
    expect(cut('10.1.2.0/29', 4, 3)).toBeNull();
  });

  it('counts hosts from the first address of the block', () => {
    expect(hostAddress(parseBlock('172.18.255.0/24'), 3)).toBe('172.18.255.3');
    expect(hostAddress(parseBlock('200.0.0.0/16'), 258)).toBe('200.0.1.2');
  });

  it('are reached directly where this machine has a route to just them', () => {
    const routes = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t0104A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
      'br-1a2b3c\t000012AC\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    ].join('\n');
    expect(routedTo(parseBlock('172.18.0.0/24'), routes)).toBe('br-1a2b3c');
    expect(routedTo(parseBlock('172.18.0.0/16'), routes)).toBeNull();
    expect(routedTo(parseBlock('172.19.0.0/24'), routes)).toBeNull();
  });

  it('takes nothing else for a block', () => {
    expect(() => parseBlock('fd00::/8')).toThrow(RangeError);
  });
});

import { describe, expect, it } from 'vitest';
import { accessAs, clusterOfServers, connectLine } from '../../../src/drivers/servers/reach.ts';
import { dualMirrorSpec } from '../../support/dual-mirror-spec.ts';

const node = (cluster: string, name: string, client: string) => ({
  address: `${cluster}/${name}`,
  cluster,
  name,
  client,
  monitor: '',
});

describe('who connects', () => {
  const spec = dualMirrorSpec();
  spec.accounts.find(({ name }) => name === 'APP')!.users[0]!.password = { qa1a: 'one', qa1b: 'two' };

  it('has the password of the cluster', () => {
    expect(accessAs(spec, { account: 'APP', cluster: 'qa1a' })).toEqual({ user: 'app', pass: 'one' });
    expect(accessAs(spec, { account: 'APP', cluster: 'qa1b' })).toEqual({ user: 'app', pass: 'two' });
    expect(connectLine(spec, 'qa1b')).toContain('"pass":"two"');
  });

  it('has the one password where it is the same everywhere', () => {
    expect(accessAs(spec, { account: 'SYS', cluster: 'qa1b' })).toEqual({ user: 'sys', pass: 'sys' });
  });
});

describe('the cluster of some servers', () => {
  const driver = {
    nodes: () => [node('east', 'e1', 'h:1'), node('west', 'w1', 'h:2')],
    clientServers: (cluster: string) => [{ node: '', server: cluster === 'west' ? 'h:12' : 'h:11' }],
  };
  it.each([
    ['h:2', 'west'],
    ['h:11', 'east'],
    ['h:12', 'west'],
    ['h:99', ''],
  ])('%s: %s', (server, cluster) => {
    expect(clusterOfServers(driver, [server])).toBe(cluster);
  });
});

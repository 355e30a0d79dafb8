import { describe, expect, it } from 'vitest';
import { refusals, type Permit } from '../../src/fleet/permit.ts';
import type { Requirements } from '../../src/plan/requirements.ts';

const NOTHING: Permit = {
  drivers: [],
  rootFaults: false,
  commands: false,
  binaries: [],
  addresses: false,
  serverConfig: false,
  folders: [],
};
const ASKED: Requirements = {
  driver: 'process',
  capabilities: ['packets', 'processes'],
  ofRoot: ['packets'],
  nats: ['2.12.3', '/opt/nats-server'],
  programs: ['redis-server'],
  commands: ['the service redis starts redis-server'],
  addresses: ['nats.example.com:4222'],
  serverConfig: ['ping_interval', 'leafnodes'],
  paths: ['/run/1/bundle/ca.pem', '/etc/ssl/key.pem'],
  nodes: 3,
  alone: false,
};

describe('what a worker was not started to allow', () => {
  it('is everything, each with its option', () => {
    expect(refusals(ASKED, NOTHING, ['/run/1'])).toEqual([
      'the driver process (--allow-driver)',
      'what needs root: packets (--allow-root-faults)',
      'programs of the experiment: the service redis starts redis-server (--allow-commands)',
      'these binaries: /opt/nats-server (--allow-binary)',
      'addresses of the experiment: nats.example.com:4222 (--allow-addresses)',
      'these settings of servers: leafnodes (--allow-server-config)',
      'files outside of its own folder: /etc/ssl/key.pem (--allow-folder)',
    ]);
  });

  it('is nothing once all of it is named', () => {
    const all: Permit = {
      drivers: ['process'],
      rootFaults: true,
      commands: true,
      binaries: ['/opt/nats-server'],
      addresses: true,
      serverConfig: true,
      folders: ['/etc/ssl'],
    };
    expect(refusals(ASKED, all, ['/run/1'])).toEqual([]);
  });

  it('is a path that leaves an allowed folder, or only begins like one', () => {
    const asked = { ...ASKED, paths: ['/run/1/../../etc/passwd', '/run/10/x'] };
    expect(refusals(asked, NOTHING, ['/run/1']).at(-1)).toContain('/run/1/../../etc/passwd, /run/10/x');
  });
});

import type { RunRequest } from '../../src/fleet/run-request.ts';
import { needsOf, type Needs, type Offer } from '../../src/fleet/needs.ts';

export const SUITE = 'abcdef01';

export function request(over: Partial<RunRequest> = {}): RunRequest {
  return {
    schemaVersion: 1,
    suite: SUITE,
    run: '1',
    asker: 'somebody@somewhere',
    experiment: { name: 'quick', path: 'experiments/quick.yaml', digest: '0123456789abcdef' },
    seed: 1,
    timeoutMs: 60_000,
    ...over,
  };
}

export function needs(over: Partial<Parameters<typeof needsOf>[0]> = {}): Needs {
  const plain = { driver: 'process', capabilities: ['processes'], nats: ['2.12.3'], programs: [], nodes: 3 };
  return needsOf({ ...plain, alone: false, ...over });
}

export function offer(over: Partial<Offer> = {}): Offer {
  return {
    drivers: { process: ['processes', 'links'] },
    anyVersion: true,
    builds: true,
    versions: [],
    binaries: [],
    commands: false,
    programs: [],
    cores: 2,
    ...over,
  };
}

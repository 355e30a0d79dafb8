import type { Complaints } from './complaints.ts';
import type { Inventory } from './inventory.ts';
import { entriesOf, field, textOf } from './lenient.ts';
import { child, type Pointer } from './pointer.ts';
import { originOfServers } from './references-containers.ts';

/** A cluster's `docker`, as far as it can be read. */
interface Engine {
  cluster: string;
  pointer: Pointer;
  host: string | undefined;
  certPath: string | undefined;
  address: string | undefined;
}

/** Whether clusters can be on the Docker engines that they name, and reach one another from there. */
export function checkEngines(value: unknown, inventory: Inventory, complaints: Complaints): void {
  const engines = entriesOf(field(value, 'clusters')).map(([cluster, body]): Engine => {
    const docker = field(body, 'docker');
    const of = (key: string): string | undefined => textOf(field(docker, key));
    const pointer = `${child('/clusters', cluster)}/docker`;
    return { cluster, pointer, host: of('host'), certPath: of('certPath'), address: of('address') };
  });
  if (!checkPlace(value, complaints)) return;
  for (const { pointer, host, certPath } of engines) {
    if (certPath === undefined || host?.startsWith('tcp:') === true) continue;
    complaints.error(
      `${pointer}/certPath`,
      'certificates are for TLS: expected `host: tcp://...` beside it',
      'key',
    );
  }
  checkAlike(engines, complaints);
  // Servers that run already reach one another as they do.
  if (!inventory.attached) checkReach(engines, inventory, complaints);
}

/** @returns whether it makes sense at all to name engines here */
function checkPlace(value: unknown, complaints: Complaints): boolean {
  const reasons = {
    addresses: 'these servers are found by their addresses, not on an engine; leave this out',
    compose: 'a compose file is brought up on one engine, the one that DOCKER_HOST names; leave this out',
  };
  const origin = originOfServers(value);
  if (origin !== 'addresses' && origin !== 'compose') return true;
  for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
    if (field(body, 'docker') === undefined) continue;
    complaints.error(`${child('/clusters', cluster)}/docker`, reasons[origin], 'key');
  }
  return false;
}

/** One engine is described in one way, also when several clusters are on it. */
function checkAlike(engines: readonly Engine[], complaints: Complaints): void {
  const first = new Map<string | undefined, Engine>();
  for (const engine of engines) {
    const other = first.get(engine.host);
    if (!other) {
      first.set(engine.host, engine);
      continue;
    }
    for (const key of ['certPath', 'address'] as const) {
      if (engine[key] === other[key]) continue;
      complaints.error(
        engine[key] === undefined ? child('/clusters', engine.cluster) : `${engine.pointer}/${key}`,
        `${other.cluster} is on the same Docker engine, with ${other[key] === undefined ? 'no' : `"${other[key]}" as`} ${key}; expected the same`,
        'key',
      );
    }
  }
}

function checkReach(engines: readonly Engine[], { links }: Inventory, complaints: Complaints): void {
  const of = (cluster: string): Engine | undefined => engines.find((one) => one.cluster === cluster);
  const told = new Set<string>();
  for (const { kind, clusters } of links) {
    const [from, to] = clusters.map(of);
    if (!from || !to || from.host === to.host) continue;
    for (const [dialling, dialled] of kind === 'gateway'
      ? ([
          [from, to],
          [to, from],
        ] as const)
      : ([[from, to]] as const)) {
      if (told.has(dialled.cluster) || isReachable(dialled.address)) continue;
      told.add(dialled.cluster);
      const at =
        dialled.address === undefined ? child('/clusters', dialled.cluster) : `${dialled.pointer}/address`;
      complaints.error(
        at,
        `${dialling.cluster} is on another Docker engine and dials ${dialled.cluster}; expected \`docker: { address: ... }\`, the IPv4 address of its engine's machine`,
        dialled.address === undefined ? 'key' : undefined,
      );
    }
  }
}

/** Loopback is another one on every machine. */
function isReachable(address: string | undefined): boolean {
  return address !== undefined && !address.startsWith('127.');
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertifiedNode } from '../tls/run-certificates.ts';
import type { CertificatePaths } from '../tls/server-tls.ts';
import { HOST, type PlacedNode } from '../servers/topology.ts';
import { ofNode, type RunningProcesses } from './running.ts';

/** Where the server of a node finds its certificate. */
export function certificatePaths(folder: string, node: PlacedNode): CertificatePaths {
  const own = ownFolder(folder, node);
  return {
    certificate: join(own, 'cert.pem'),
    key: join(own, 'key.pem'),
    authorities: join(own, 'ca.pem'),
  };
}

/** A server as one that gets certificates; every proxy listens on the same address as the servers. */
export function certifiedNode(up: RunningProcesses, node: PlacedNode): CertifiedNode {
  const paths = certificatePaths(up.folder, node);
  return {
    address: node.address,
    client: node.client,
    hosts: ['localhost', HOST, node.name],
    put: ({ certificate, key, authorities }) => {
      mkdirSync(ownFolder(up.folder, node), { recursive: true, mode: 0o700 });
      const write = (path: string, text: string): void => writeFileSync(path, text, { mode: 0o600 });
      write(paths.certificate, certificate);
      write(paths.key, key);
      write(paths.authorities, authorities);
      return Promise.resolve();
    },
    reload: () => {
      ofNode(up.servers, node.address).reload();
      return Promise.resolve();
    },
  };
}

function ownFolder(folder: string, { cluster, name }: PlacedNode): string {
  return join(folder, 'tls', `${cluster}.${name}`);
}

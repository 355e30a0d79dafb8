import type Docker from 'dockerode';
import { engineCall } from '../engine/calls.ts';

/** A container that the runner did not make, with the properties that matter here. */
export interface AttachedContainer {
  id: string;
  name: string;
  /** Of a compose project; empty for any other. */
  service: string;
  running: boolean;
  /** Of its first process, on the engine's machine; 0 while it is down. */
  pid: number;
  /** The engine removes it when it ends. */
  isRemovedWhenDown: boolean;
  /** Where volumes and folders are mounted in it. */
  mounts: string[];
  endpoints: Endpoint[];
  /** `4222/tcp` → where it is published. */
  published: Record<string, { host: string; port: number }[]>;
}

/** A container's place in one network. A type alias, because an interface is not assignable to Json. */
export type Endpoint = {
  network: string;
  address: string;
  /** Without those that the engine gives by itself. */
  aliases: string[];
  /** Whether the address is fixed, so that it can be requested again. */
  pinned: boolean;
};

/** As engines report it; the client's types leave out null. */
interface SeenEndpoint {
  IPAddress: string;
  IPAMConfig?: { IPv4Address?: string } | null;
  Aliases?: string[] | null;
}

export const PROJECT_LABEL = 'com.docker.compose.project';
export const SERVICE_LABEL = 'com.docker.compose.service';

/** @throws ChaosError `failed` when there is no such container any more */
export async function inspectContainer(docker: Docker, id: string): Promise<AttachedContainer> {
  return containerOf(await engineCall(`looking at the container ${id}`, docker.getContainer(id).inspect()));
}

/** Converts an engine's report on a container. */
export function containerOf(seen: Docker.ContainerInspectInfo): AttachedContainer {
  const { Id: id, Name: name, Config: config, State: state, NetworkSettings: settings } = seen;
  return {
    id,
    name: name.replace(/^\//, ''),
    service: config.Labels[SERVICE_LABEL] ?? '',
    running: state.Running,
    pid: state.Pid,
    isRemovedWhenDown: seen.HostConfig.AutoRemove === true,
    mounts: seen.Mounts.map(({ Destination: folder }) => folder),
    endpoints: Object.entries(settings.Networks as Record<string, SeenEndpoint>).map(
      ([network, endpoint]) => {
        const asked = endpoint.IPAMConfig?.IPv4Address ?? '';
        return {
          network,
          // A container that is down has no address, but its fixed address is still known.
          address: endpoint.IPAddress === '' ? asked : endpoint.IPAddress,
          aliases: [...new Set(endpoint.Aliases ?? [])].filter((alias) => alias !== id.slice(0, 12)).sort(),
          pinned: asked !== '',
        };
      },
    ),
    published: Object.fromEntries(
      Object.entries(settings.Ports).map(([port, bindings]) => [
        port,
        // An engine without bindings answers with null.
        ((bindings as typeof bindings | null) ?? []).map(({ HostIp: host, HostPort: on }) => ({
          host,
          port: Number(on),
        })),
      ]),
    ),
  };
}

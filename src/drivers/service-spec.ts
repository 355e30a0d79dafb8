import type { Milliseconds } from '../support/units.ts';

/** Something else that runs beside NATS: one command, in some replicas. */
export interface ServiceSpec {
  name: string;
  /** As a process: the program and its arguments, with placeholders. Empty: it cannot be run so. */
  command: string[];
  /** As a container. Left out: it cannot be run so. */
  container?: ServiceContainerSpec;
  /** How many run from the start. */
  replicas: number;
  /** How many may run at once, where that is more: all of them have their places from the start. */
  most?: number;
  /** Name → the port of the first replica; the others count up from there. `free`: any port. */
  ports: Record<string, number | 'free'>;
  /** Name of a free port → the port on which the program of an image listens, in each container. */
  inContainer?: Record<string, number>;
  /** Name of a port → what is spoken there. Left out of it: something that answers a line of text. */
  protocols?: Record<string, ServiceProtocol>;
  /** Environment variables, with placeholders. */
  env: Record<string, string>;
  /** Name → content with placeholders, written to the folder of each replica before it starts. */
  files: Record<string, string>;
  links: ServiceLinkSpec[];
  /** Names of services that must be healthy before this one is started. */
  dependsOn: string[];
  /** Left out: a replica is healthy while its process runs. */
  health?: HealthSpec;
  /** How the role of a replica is found. Left out: its replicas have none. */
  roles?: RolesSpec;
  /** Sent once its files were written anew, because something that it is linked to was scaled. Left out: they stay as they are. */
  reloadSignal?: ReloadSignal;
  /** How long a replica may take until it is healthy. */
  readyWithinMs: Milliseconds;
  /** Absolute path of the folder of the environment file. */
  here: string;
}

export interface ServiceContainerSpec {
  /** Empty until an image that is built is there. */
  image: string;
  /** The image is made from this machine. Left out: it exists, or is pulled. */
  build?: BuildSpec;
  /** What the program of the image is given, with placeholders. Left out: what the image says. */
  command?: string[];
}

/** What an image has that is made from this machine, everything at the paths that it has here. */
export interface BuildSpec {
  /** Programs by name or path, with the libraries that they load; the first word of the command is one of them. */
  programs: string[];
  /** Absolute paths of files and folders. */
  copy: string[];
}

/** Protocols of services in which a line of text gets no answer. */
export type ServiceProtocol = 'postgresql';

/** What replicas of a service connect to. */
export interface ServiceLinkSpec {
  /** What placeholders call it. */
  as: string;
  /** A cluster or a service. */
  to: string;
  /** The port of a service; left out for a cluster. */
  port?: string;
}

export type HealthSpec =
  | { kind: 'http'; port: string; path: string; status: number }
  | { kind: 'tcp'; port: string }
  /** With placeholders; exit code 0 is healthy. */
  | { kind: 'command'; command: string[] };

export type ReloadSignal = 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2';

/** Where the role of a replica is asked for, and the words that may be the answer. */
export type RolesSpec = { names: string[] } & (
  | { kind: 'redis'; port: string; password?: string }
  | { kind: 'http'; port: string; path: string }
  /** With placeholders; it prints the role. */
  | { kind: 'command'; command: string[] }
);

/** What a replica is started with from now on; what is left out stays as it is. Texts may have placeholders. */
export interface ServiceChange {
  command?: string[];
  image?: string;
  imageCommand?: string[];
  /** Merged over the variables that it has. */
  env?: Record<string, string>;
}

/** What of a change has an effect on replicas that run as processes, or in containers of an image, or of one that is built. */
export function effectiveChanges(runsAs: 'process' | 'image' | 'build'): readonly (keyof ServiceChange)[] {
  switch (runsAs) {
    case 'process':
      return ['command', 'env'];
    case 'image':
      return ['image', 'imageCommand', 'env'];
    case 'build':
      return ['command', 'image', 'env'];
  }
}

/** One replica of a service, by names alone. */
export interface ReplicaName {
  /** `service/1`. */
  address: string;
  service: string;
  /** `service-1`. */
  name: string;
  /** From 1. */
  number: number;
}

/** Every replica that services may have, in order. */
export function replicasOf(
  services: readonly Pick<ServiceSpec, 'name' | 'replicas' | 'most'>[] = [],
): ReplicaName[] {
  return services.flatMap(({ name: service, replicas, most = replicas }) =>
    Array.from({ length: most }, (_, i) => {
      const number = i + 1;
      return { address: `${service}/${number}`, service, name: `${service}-${number}`, number };
    }),
  );
}

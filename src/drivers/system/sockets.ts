import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One row of the kernel's table of TCP sockets. */
export interface TcpSocket {
  localPort: number;
  /** IPv4; null on IPv6. */
  remoteIp: string | null;
  remotePort: number;
  listening: boolean;
  established: boolean;
  inode: string;
}

const ESTABLISHED = '01';
const LISTEN = '0A';

/**
 * Every TCP socket of a process's network namespace; empty when the system has no such table.
 *
 * @param process its id; left out: this one
 */
export function readTcpTable(process: number | 'self' = 'self'): TcpSocket[] {
  return ['tcp', 'tcp6'].flatMap((table) => parseTcpTable(readOrEmpty(`/proc/${process}/net/${table}`)));
}

/** Parses the text of `/proc/net/tcp`. */
export function parseTcpTable(text: string): TcpSocket[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
      if (local === undefined || remote === undefined || inode === undefined) return [];
      return [
        {
          localPort: portOf(local),
          remoteIp: ipv4Of(remote),
          remotePort: portOf(remote),
          listening: state === LISTEN,
          established: state === ESTABLISHED,
          inode,
        },
      ];
    });
}

/** Remote ports of the established connections that a process holds. */
export function remotePortsOf(pid: number, table: readonly TcpSocket[]): number[] {
  const inodes = socketInodes(pid);
  return table.filter((socket) => socket.established && inodes.has(socket.inode)).map((s) => s.remotePort);
}

/** Whether a table has an established connection to a port at one of these IPv4 addresses. */
export function isConnectedTo(table: readonly TcpSocket[], ips: readonly string[], port: number): boolean {
  return table.some(
    ({ established, remoteIp, remotePort }) =>
      established && remotePort === port && remoteIp !== null && ips.includes(remoteIp),
  );
}

/** The process that owns a socket, by the kernel's inode number. */
export function ownerOf(inode: string): number | undefined {
  return ownersOf(new Set([inode]))[0];
}

/** The processes that own any of these sockets, as far as this user may see them. */
export function ownersOf(inodes: ReadonlySet<string>): number[] {
  return readdirOrEmpty('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => [...socketInodes(pid)].some((inode) => inodes.has(inode)));
}

function socketInodes(pid: number): Set<string> {
  const links = readdirOrEmpty(`/proc/${pid}/fd`).map((fd) => readlinkOrEmpty(`/proc/${pid}/fd/${fd}`));
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** The kernel shows addresses as it holds them: each four bytes in reverse. */
function ipv4Of(address: string): string | null {
  const [hex = ''] = address.split(':');
  const [, last] = /^(?:0{16}F{4}0{4})?([0-9A-F]{8})$/.exec(hex) ?? [];
  if (last === undefined) return null;
  const bytes = last.match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '0', 16);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readdirOrEmpty(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readlinkOrEmpty(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

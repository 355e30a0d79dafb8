import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One row of the kernel's table of TCP sockets. */
export interface TcpSocket {
  localPort: number;
  remotePort: number;
  listening: boolean;
  established: boolean;
  inode: string;
}

const ESTABLISHED = '01';
const LISTEN = '0A';

/** Every TCP socket of this network namespace; empty where the system has no such table. */
export function readTcpTable(): TcpSocket[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => parseTcpTable(readOrEmpty(path)));
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

/** The process that owns a socket, by the kernel's inode number. */
export function ownerOf(inode: string): number | undefined {
  return ownersOf(new Set([inode]))[0];
}

/** The processes that own any of these sockets, as far as this user may look. */
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

/**
 * The entry of a relay: `node relay.js <folder> <entry points as JSON>`, inside the network namespace of a container.
 * Each of its sockets in the folder leads to one address, as the container would reach it. It ends with its standard
 * input.
 */
import { rmSync } from 'node:fs';
import net from 'node:net';
import { HANGS, type RelayEntryPoint } from './relay-entry-point.ts';

/** Within one network a connection is established or refused in a moment, or nobody answers at all. */
const HANGS_MS = 500;

const entryPoints = JSON.parse(process.argv[3] ?? '[]') as RelayEntryPoint[];
const end = (): void => {
  for (const { path } of entryPoints) rmSync(path, { force: true });
  process.exit(0);
};
process.stdin.on('end', end).on('error', end).resume();
await Promise.all(entryPoints.map(open));
process.stdout.write('ready\n');

function open({ path, host, port }: RelayEntryPoint): Promise<void> {
  const server = net.createServer({ allowHalfOpen: true }, (here) => {
    const there = net.connect({ host, port, noDelay: true, allowHalfOpen: true });
    here.pipe(there).pipe(here);
    const hangs = setTimeout(() => {
      // A delayed process runs its timers before it handles a connection that was established long ago.
      setImmediate(() => {
        if (!there.connecting || there.destroyed) return;
        here.end(HANGS);
        there.destroy();
      });
    }, HANGS_MS);
    there.once('connect', () => clearTimeout(hangs)).once('close', () => clearTimeout(hangs));
    // Whatever ends one side ends the other, so that the observer sees it.
    here.on('error', () => there.destroy()).on('close', () => there.destroy());
    there.on('error', () => here.destroy()).on('close', () => here.destroySoon());
  });
  return new Promise((resolve, reject) => server.once('error', reject).listen(path, resolve));
}

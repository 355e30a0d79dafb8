/**
 * The entry of a relay: `node relay.js <folder> <doors as JSON>`, inside the network namespace of a container. Each of
 * its sockets in the folder leads to one address, as the container would reach it. It ends with its standard input.
 */
import { rmSync } from 'node:fs';
import net from 'node:net';
import { HANGS, type RelayDoor } from './relay-door.ts';

/** Within one network a connection is there in a moment, or it is refused, or nobody answers at all. */
const HANGS_MS = 500;

const doors = JSON.parse(process.argv[3] ?? '[]') as RelayDoor[];
const end = (): void => {
  for (const { path } of doors) rmSync(path, { force: true });
  process.exit(0);
};
process.stdin.on('end', end).on('error', end).resume();
await Promise.all(doors.map(open));
process.stdout.write('ready\n');

function open({ path, host, port }: RelayDoor): Promise<void> {
  const server = net.createServer({ allowHalfOpen: true }, (here) => {
    const there = net.connect({ host, port, noDelay: true, allowHalfOpen: true });
    here.pipe(there).pipe(here);
    const hangs = setTimeout(() => {
      // A process that was held up hears of its timers before it hears of the connection that has been there for long.
      setImmediate(() => {
        if (!there.connecting || there.destroyed) return;
        here.end(HANGS);
        there.destroy();
      });
    }, HANGS_MS);
    there.once('connect', () => clearTimeout(hangs)).once('close', () => clearTimeout(hangs));
    // Whatever ends one ends the other: who looks through here must see it.
    here.on('error', () => there.destroy()).on('close', () => there.destroy());
    there.on('error', () => here.destroy()).on('close', () => here.destroySoon());
  });
  return new Promise((resolve, reject) => server.once('error', reject).listen(path, resolve));
}

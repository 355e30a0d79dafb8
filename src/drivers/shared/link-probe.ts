import net from 'node:net';
import type { Bytes, Milliseconds } from '../../support/units.ts';
import type { Greeting, LinkProbe, Passage } from '../link-control.ts';
import type { Door, LocalDoor } from './round-trip.ts';

/** No server knows this word, so it answers with an error and closes: the sign that it arrived. */
const NONSENSE = '?\r\n';
/** A server also closes on its own when nobody says who he is for a second or two; that is no answer. */
const OWN_CLOSE_MS = 900;
/** Servers skip any number of spaces here, before whoever it is has told its name. */
const LINE_START = 'CONNECT';
/** Not JSON, so the server answers with an error and closes. */
const LINE_END = '{\r\n';

/** Connections through the proxies' own ports. @param doorOf where a link's proxy is reached */
export function linkProbe(doorOf: (link: string) => Door | LocalDoor): LinkProbe {
  return {
    passage: (link, withinMs) => passage(doorOf(link), withinMs),
    greeting: (link, withinMs) => greeting(doorOf(link), withinMs),
    push: (link, bytes, withinMs, unfinished) => push(doorOf(link), bytes, withinMs, unfinished === true),
    farewell: (link, withinMs) => farewell(doorOf(link), withinMs),
  };
}

/** Two connections at once: one only listens; what the other says and what comes of it shows the way out. */
async function passage(door: Door | LocalDoor, withinMs: Milliseconds): Promise<Passage> {
  const [heard, said] = await Promise.all([greeting(door, withinMs), saying(door, withinMs)]);
  const opens = heard.end === 'whole' || heard.end === 'silence';
  return { opens, out: opens && said, back: heard.end === 'whole' };
}

/** Whether nonsense has an effect. */
function saying(door: Door | LocalDoor, withinMs: Milliseconds): Promise<boolean> {
  return converse(door, withinMs, false, ({ socket, finish, sinceMs }) => {
    let text = '';
    socket.on('connect', () => socket.write(NONSENSE));
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (text.includes('-ERR')) finish(!text.includes('Timeout'));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => finish(sinceMs() < OWN_CLOSE_MS));
    return false;
  });
}

function greeting(door: Door | LocalDoor, withinMs: Milliseconds): Promise<Greeting> {
  const pieces: number[] = [];
  let firstMs: Milliseconds | null = null;
  const ending = (end: Greeting['end']): Greeting => ({ pieces, firstMs, end });
  return converse(door, withinMs, false, ({ socket, finish, sinceMs }) => {
    socket.on('data', (data) => {
      firstMs ??= sinceMs();
      pieces.push(data.length);
      if (data.at(-1) === 0x0a) finish(ending('whole'));
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      finish(ending(error.code === 'ECONNRESET' ? 'reset' : 'closed')),
    );
    socket.on('close', () => finish(ending('closed')));
    return ending('silence');
  });
}

function push(
  door: Door | LocalDoor,
  bytes: Bytes,
  withinMs: Milliseconds,
  unfinished: boolean,
): Promise<Milliseconds | null> {
  return converse<Milliseconds | null>(door, withinMs, false, ({ socket, finish, sinceMs }) => {
    const spaces = Math.max(0, bytes - LINE_START.length - (unfinished ? 0 : LINE_END.length));
    let greeted = false;
    socket.on('connect', () =>
      socket.write(`${LINE_START}${' '.repeat(spaces)}${unfinished ? '' : LINE_END}`),
    );
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      if (greeted || text.includes('-ERR')) finish(sinceMs());
      greeted ||= text.endsWith('\n');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => finish(sinceMs()));
    return null;
  });
}

function farewell(door: Door | LocalDoor, withinMs: Milliseconds): Promise<Milliseconds | null> {
  return converse<Milliseconds | null>(door, withinMs, true, ({ socket, finish, sinceMs }) => {
    let closedAt: Milliseconds | undefined;
    socket.on('data', (data) => {
      if (closedAt !== undefined || data.at(-1) !== 0x0a) return;
      closedAt = sinceMs();
      socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('end', () => finish(closedAt === undefined ? null : sinceMs() - closedAt));
    socket.on('close', () => finish(null));
    return null;
  });
}

interface Conversation<T> {
  readonly socket: net.Socket;
  readonly finish: (result: T) => void;
  /** Time since the connection was there. */
  readonly sinceMs: () => Milliseconds;
}

/** @param hold sets the listeners, and returns what it means when the time is up */
function converse<T>(
  door: Door | LocalDoor,
  withinMs: Milliseconds,
  allowHalfOpen: boolean,
  hold: (conversation: Conversation<T>) => T,
): Promise<T> {
  return new Promise((resolve) => {
    let from = performance.now();
    const socket = net.connect({ ...door, noDelay: true, allowHalfOpen } as net.NetConnectOpts);
    const finish = (result: T): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => finish(late), withinMs);
    socket.once('connect', () => (from = performance.now()));
    const late = hold({ socket, finish, sinceMs: () => performance.now() - from });
  });
}

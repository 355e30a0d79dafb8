import net from 'node:net';
import type { Bytes, Milliseconds } from '../../support/units.ts';
import type { Greeting, LinkProbe, Passage } from '../capabilities/link-control.ts';
import type { Opening } from '../tls/server-tls.ts';
import { questionOf } from './questions.ts';
import type { EntryPoint, LocalEntryPoint } from './round-trip.ts';
import { TLS_ALERT, TLS_ALERT_BYTES, TLS_NONSENSE } from './tls-nonsense.ts';

/** No server knows this command, so it answers with an error and closes. That proves that the command arrived. */
const NONSENSE = '?\r\n';
/** A server also closes by itself when a client does not identify itself within a second or two. That is no answer. */
const OWN_CLOSE_MS = 900;
const LINE_FEED = 0x0a;
/** Servers skip any number of spaces after this command, before a client has identified itself. */
const LINE_START = 'CONNECT';
/** Not JSON, so the server answers with an error and closes. */
const LINE_END = '{\r\n';

/**
 * Probes links by connections through the proxies' own ports.
 *
 * @param entryPointOf where a link's proxy is reached
 * @param openingOf how the listener behind a link begins a connection
 */
export function linkProbe(
  entryPointOf: (link: string) => EntryPoint | LocalEntryPoint,
  openingOf: (link: string) => Opening = () => 'greeting',
): LinkProbe {
  return {
    passage: (link, withinMs) => passage(entryPointOf(link), openingOf(link), withinMs),
    greeting: (link, withinMs) => greeting(entryPointOf(link), openingOf(link), withinMs),
    push: (link, bytes, withinMs, unfinished) =>
      push(entryPointOf(link), bytes, withinMs, unfinished === true),
    farewell: (link, withinMs) => farewell(entryPointOf(link), withinMs),
  };
}

/**
 * Uses two connections at once: one only listens; the other sends, and the server's reaction proves the direction out.
 */
async function passage(
  entryPoint: EntryPoint | LocalEntryPoint,
  opening: Opening,
  withinMs: Milliseconds,
): Promise<Passage> {
  const [heard, said] = await Promise.all([
    greeting(entryPoint, opening, withinMs),
    saying(entryPoint, opening, withinMs),
  ]);
  const opens = heard.end === 'whole' || heard.end === 'silence';
  return { opens, out: opens && said, back: heard.end === 'whole' };
}

/** Whether the server reacts to an unknown command, or to a TLS handshake that makes no sense. */
function saying(
  entryPoint: EntryPoint | LocalEntryPoint,
  opening: Opening,
  withinMs: Milliseconds,
): Promise<boolean> {
  const question = questionOf(opening);
  if (question !== null) return answering(entryPoint, question, withinMs);
  return converse(entryPoint, withinMs, false, ({ socket, finish, sinceMs }) => {
    let text = '';
    const speaksTls = opening !== 'greeting';
    socket.on('connect', () => socket.write(speaksTls ? TLS_NONSENSE : NONSENSE));
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (speaksTls && text.charCodeAt(text.length - TLS_ALERT_BYTES) === TLS_ALERT) finish(true);
      if (text.includes('-ERR')) finish(!text.includes('Timeout'));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => finish(sinceMs() < OWN_CLOSE_MS));
    return false;
  });
}

/** Whether a service answers a question. */
function answering(
  entryPoint: EntryPoint | LocalEntryPoint,
  question: string | Buffer,
  withinMs: Milliseconds,
): Promise<boolean> {
  return converse(entryPoint, withinMs, false, ({ socket, finish }) => {
    socket.on('connect', () => socket.write(question));
    socket.on('data', () => finish(true));
    socket.on('error', () => undefined);
    socket.on('close', () => finish(false));
    return false;
  });
}

/** Of a listener that says nothing before a TLS handshake, the alert that answers one counts as the greeting. */
function greeting(
  entryPoint: EntryPoint | LocalEntryPoint,
  opening: Opening,
  withinMs: Milliseconds,
): Promise<Greeting> {
  const question = questionOf(opening);
  const pieces: number[] = [];
  let firstMs: Milliseconds | null = null;
  const ending = (end: Greeting['end']): Greeting => ({ pieces, firstMs, end });
  return converse(entryPoint, withinMs, false, ({ socket, finish, sinceMs }) => {
    if (opening === 'tls') socket.on('connect', () => socket.write(TLS_NONSENSE));
    if (question !== null) socket.on('connect', () => socket.write(question));
    const isWhole = (data: Buffer): boolean => {
      if (question !== null) return true;
      return opening === 'tls' ? data[0] === TLS_ALERT : data.at(-1) === LINE_FEED;
    };
    socket.on('data', (data) => {
      firstMs ??= sinceMs();
      pieces.push(data.length);
      if (isWhole(data)) finish(ending('whole'));
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      finish(ending(error.code === 'ECONNRESET' ? 'reset' : 'closed')),
    );
    socket.on('close', () => finish(ending('closed')));
    return ending('silence');
  });
}

function push(
  entryPoint: EntryPoint | LocalEntryPoint,
  bytes: Bytes,
  withinMs: Milliseconds,
  unfinished: boolean,
): Promise<Milliseconds | null> {
  return converse<Milliseconds | null>(entryPoint, withinMs, false, ({ socket, finish, sinceMs }) => {
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

function farewell(
  entryPoint: EntryPoint | LocalEntryPoint,
  withinMs: Milliseconds,
): Promise<Milliseconds | null> {
  return converse<Milliseconds | null>(entryPoint, withinMs, true, ({ socket, finish, sinceMs }) => {
    let closedAt: Milliseconds | undefined;
    socket.on('data', (data) => {
      if (closedAt !== undefined || data.at(-1) !== LINE_FEED) return;
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
  /** Time since the connection was established. */
  readonly sinceMs: () => Milliseconds;
}

/** @param hold sets the listeners, and returns the result for a timeout */
function converse<T>(
  entryPoint: EntryPoint | LocalEntryPoint,
  withinMs: Milliseconds,
  allowHalfOpen: boolean,
  hold: (conversation: Conversation<T>) => T,
): Promise<T> {
  return new Promise((resolve) => {
    let from = performance.now();
    const socket = net.connect({ ...entryPoint, noDelay: true, allowHalfOpen } as net.NetConnectOpts);
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

import { appendFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { tolerating } from './calls.ts';

/** Engines send both output streams of a container as one; each piece has a header with its length. */
const HEADER_BYTES = 8;

/** What a container printed, both streams in the order in which it came. */
export function plainLog(framed: Buffer): string {
  return takeFrames(framed).text;
}

/** Writes what a container prints to a file, until it ends. */
export class LogFollower {
  readonly #file: string;
  #stream: Readable | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /** @param since only what was printed from then on, in seconds since 1970; 0 for everything */
  async follow(container: Docker.Container, since: number): Promise<void> {
    const options = { follow: true, stdout: true, stderr: true, since } as const;
    const stream = (await tolerating([404, 409], container.logs(options))) as Readable | undefined;
    if (!stream) return;
    this.#stream = stream;
    this.#ended = new Promise((resolve) => {
      let pending = Buffer.alloc(0);
      stream.on('data', (chunk: Buffer) => {
        const { text, rest } = takeFrames(Buffer.concat([pending, chunk]));
        pending = Buffer.from(rest);
        appendFileSync(this.#file, text);
      });
      // The engine closes the stream when the container ends, by one of these events.
      for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve());
    });
  }

  /** Resolves once the container that is followed has ended and all that it printed is in the file. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  stop(): void {
    this.#stream?.destroy();
  }
}

function takeFrames(bytes: Buffer): { text: string; rest: Buffer } {
  let text = '';
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const end = at + HEADER_BYTES + bytes.readUInt32BE(at + 4);
    if (end > bytes.length) break;
    text += bytes.toString('utf8', at + HEADER_BYTES, end);
    at = end;
  }
  return { text, rest: bytes.subarray(at) };
}

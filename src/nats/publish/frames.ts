import type { Bytes } from '../../support/units.ts';
import type { Connection } from '../connect.ts';
import { paddingOf } from '../../support/message-body.ts';

const CHUNK_BYTES = 256 * 1024;
const CRLF = 2;
/** In UTF-8, for each UTF-16 unit. */
const MOST_BYTES_A_CHARACTER = 3;

/** The part of the client that takes whole frames of the protocol; its `publish` makes several objects a message. */
interface FrameSink {
  protocol: { sendCommand(frame: Uint8Array): void; outMsgs: number; outBytes: number };
}

/**
 * Gathers messages that are sent in one turn of the event loop, and hands them to the connection as one buffer: a buffer,
 * a promise and a system call for each would cost more than the message. A buffer that was handed over is never changed.
 */
export class Frames {
  readonly #conn: Connection;
  readonly #protocol: FrameSink['protocol'];
  readonly #padding: Buffer;
  #chunk: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  #scheduled = false;

  /** @param largestBytes the largest body that will be sent */
  constructor(conn: Connection, largestBytes: Bytes) {
    this.#conn = conn;
    this.#protocol = (conn as unknown as FrameSink).protocol;
    this.#padding = paddingOf(largestBytes);
  }

  /**
   * Sends a message at the end of this turn.
   *
   * @param reply empty: no answer is asked for
   * @param headers lines of headers, each with its line end; empty: none
   * @param identity shorter than the body, which begins with it and a line feed
   * @throws Error when the connection is closed, or the server takes no such body
   */
  add(subject: string, reply: string, headers: string, identity: string, sizeBytes: Bytes): void {
    if (this.#conn.isClosed()) throw new Error('the connection is closed');
    const block = headers === '' ? '' : `NATS/1.0\r\n${headers}\r\n`;
    const blockBytes = Buffer.byteLength(block);
    const total = blockBytes + sizeBytes;
    if (total > (this.#conn.info?.max_payload ?? Infinity)) throw new Error('max_payload size exceeded');
    const to = reply === '' ? subject : `${subject} ${reply}`;
    const head =
      block === '' ? `PUB ${to} ${sizeBytes}\r\n` : `HPUB ${to} ${blockBytes} ${total}\r\n${block}`;
    this.#makeRoom(head.length * MOST_BYTES_A_CHARACTER + sizeBytes + CRLF);
    const chunk = this.#chunk;
    const bodyAt = this.#end + chunk.write(head, this.#end);
    const end = bodyAt + sizeBytes;
    const restAt = chunk.write(`${identity}\n`, bodyAt);
    this.#padding.copy(chunk, bodyAt + restAt, restAt, sizeBytes);
    chunk[end] = 13;
    chunk[end + 1] = 10;
    this.#end = end + CRLF;
    this.#protocol.outMsgs += 1;
    this.#protocol.outBytes += total;
    if (!this.#scheduled) this.#schedule();
  }

  #schedule(): void {
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #makeRoom(bytes: Bytes): void {
    if (this.#end + bytes <= this.#chunk.length) return;
    this.#send();
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes));
    this.#start = 0;
    this.#end = 0;
  }

  #send(): void {
    if (this.#end === this.#start) return;
    const frames = this.#chunk.subarray(this.#start, this.#end);
    this.#start = this.#end;
    this.#protocol.sendCommand(frames);
  }
}

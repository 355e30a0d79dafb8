import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { JetStreamClient } from '@nats-io/jetstream';
import { Objm, type ObjectStore } from '@nats-io/obj';
import { CHUNK_BYTES } from '../../fleet/limits.ts';
import { ChaosError } from '../../support/errors.ts';
import { onceSucceeded } from '../../support/once-succeeded.ts';

/** The SHA-256 of a content, in hexadecimal digits, and its size. */
export interface Content {
  sha256: string;
  bytes: number;
}

const PUT_MS = 30_000;

/** Files as objects of a bucket, each with one name and one content for ever; read back, they are compared with what is expected. */
export class ObjectFiles {
  readonly #open: () => Promise<ObjectStore>;

  constructor(js: JetStreamClient, name: string) {
    this.#open = onceSucceeded(() => new Objm(js).open(name));
  }

  async putFile(name: string, path: string): Promise<void> {
    const stream = Readable.toWeb(createReadStream(path, { highWaterMark: CHUNK_BYTES }));
    await (
      await this.#open()
    ).put({ name, options: { max_chunk_size: CHUNK_BYTES } }, stream as ReadableStream<Uint8Array>, {
      timeout: PUT_MS,
    });
  }

  /** @returns false when an object of this name was there already */
  async putOnce(name: string, content: Uint8Array): Promise<boolean> {
    const store = await this.#open();
    if ((await store.info(name)) !== null) return false;
    await store.putBlob({ name, options: { max_chunk_size: CHUNK_BYTES } }, content, { timeout: PUT_MS });
    return true;
  }

  /** @throws ChaosError `unavailable` when it is not there, `invalid` when it is longer or another content */
  async get(name: string, { sha256, maxBytes }: { sha256: string; maxBytes: number }): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of this.#parts(name, maxBytes)) parts.push(part);
    const content = Buffer.concat(parts);
    const found = createHash('sha256').update(content).digest('hex');
    if (found !== sha256) throw otherContent(name, found, sha256);
    return content;
  }

  /** Writes an object to a file; there is no file unless the content is as expected. @throws as `get` */
  async getFile(name: string, path: string, { sha256, bytes }: Content): Promise<void> {
    const hash = createHash('sha256');
    const hashed = async function* (parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const part of parts) {
        hash.update(part);
        yield part;
      }
    };
    try {
      await pipeline(hashed(this.#parts(name, bytes)), createWriteStream(path));
      const found = hash.digest('hex');
      if (found !== sha256) throw otherContent(name, found, sha256);
    } catch (thrown) {
      await rm(path, { force: true });
      throw thrown;
    }
  }

  async delete(name: string): Promise<void> {
    await (await this.#open()).delete(name);
  }

  async *#parts(name: string, maxBytes: number): AsyncGenerator<Uint8Array> {
    const result = await (await this.#open()).get(name);
    if (result === null) throw new ChaosError('unavailable', `the queue has no object ${name} (any more)`);
    result.error.catch(() => undefined);
    let bytes = 0;
    for await (const part of Readable.fromWeb(result.data)) {
      bytes += (part as Uint8Array).length;
      if (bytes > maxBytes)
        throw new ChaosError(
          'invalid',
          `the object ${name} has more than the ${maxBytes} bytes that it may have`,
        );
      yield part as Uint8Array;
    }
  }
}

function otherContent(name: string, found: string, expected: string): ChaosError {
  return new ChaosError(
    'invalid',
    `the object ${name} has another content: SHA-256 ${found}, expected ${expected}`,
  );
}

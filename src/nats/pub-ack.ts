/** What a stream answers to a publish. */
export interface PubAck {
  stream: string;
  seq: number;
  duplicate?: boolean;
  error?: { code: number; err_code: number; description: string };
}

/** @returns undefined for anything but an answer of a stream */
export function parseAck(data: Uint8Array): PubAck | undefined {
  try {
    const ack = JSON.parse(
      Buffer.from(data.buffer, data.byteOffset, data.length).toString(),
    ) as Partial<PubAck>;
    const complete =
      ack.error !== undefined || (typeof ack.stream === 'string' && typeof ack.seq === 'number');
    return complete ? (ack as PubAck) : undefined;
  } catch {
    return undefined;
  }
}

/** The beginning of a body, for people. */
export function excerpt(data: Uint8Array): string {
  return JSON.stringify(Buffer.from(data).toString('utf8', 0, 80));
}

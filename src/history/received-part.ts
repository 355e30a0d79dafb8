import type { WorkloadFacts } from './history.ts';

/** Tells the messages of a publisher that a consumer is to receive; undefined where it is to receive all of them. */
export function receivedPart(
  facts: WorkloadFacts | undefined,
  publisher: string,
): ((n: number) => boolean) | undefined {
  const part = facts?.receivesPart?.[publisher];
  if (part === undefined) return undefined;
  const isReceived = new Uint8Array(part.of);
  for (const place of part.places) isReceived[place] = 1;
  return (n) => isReceived[(n - 1) % part.of] === 1;
}

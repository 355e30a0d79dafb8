/**
 * Waits for all calls, also when one fails: none may continue while its effects are being undone.
 *
 * @throws the first failure, once all are done
 */
export async function allDone(calls: readonly Promise<void>[]): Promise<void> {
  const done = await Promise.allSettled(calls);
  for (const one of done) if (one.status === 'rejected') throw one.reason;
}

/**
 * Does something once for all who ask, while it goes on and afterwards. A failure is not remembered: whoever asks after it has
 * it done anew.
 */
export function onceSucceeded<T>(action: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    if (done !== undefined) return done;
    const attempt = action().catch((thrown: unknown) => {
      done = undefined;
      throw thrown;
    });
    done = attempt;
    return attempt;
  };
}

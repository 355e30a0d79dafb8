export interface Interrupts {
  signal: AbortSignal;
  release(): void;
}

/**
 * Turns the first SIGINT, SIGTERM or lost terminal into an abort whose reason names it. A second one never cuts the
 * undo short; `onRepeat` can tell the user.
 */
export function catchInterrupts(onRepeat: () => void): Interrupts {
  const controller = new AbortController();
  const interrupt = (reason: 'SIGINT' | 'SIGTERM') => (): void => {
    if (controller.signal.aborted) onRepeat();
    else controller.abort(reason);
  };
  const handlers = [
    ['SIGINT', interrupt('SIGINT')],
    ['SIGTERM', interrupt('SIGTERM')],
    ['SIGHUP', interrupt('SIGTERM')],
  ] as const;
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    signal: controller.signal,
    release: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}

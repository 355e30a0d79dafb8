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
  const watch = watchParent(interrupt('SIGTERM'));
  return {
    signal: controller.signal,
    release: () => {
      clearInterval(watch);
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}

/** Id of the process that a run ends with; left out: it goes on without the one that started it. */
export const PARENT = 'NATS_CHAOS_PARENT';
const LOOK_EVERY_MS = 1_000;

/** Nobody waits for a run whose worker was killed, and another worker carries it out again. */
function watchParent(onDeath: () => void): NodeJS.Timeout | undefined {
  const parent = process.env[PARENT];
  if (parent === undefined) return undefined;
  const watch = setInterval(() => {
    if (process.ppid === Number(parent)) return;
    clearInterval(watch);
    onDeath();
  }, LOOK_EVERY_MS);
  return watch.unref();
}

/** One thing to do, beside others or alone. */
export interface Task {
  /** How many cores it keeps busy. */
  cores: number;
  alone: boolean;
  /** @param started to be called once it is past its start, during which no other task begins */
  run(started: () => void): Promise<void>;
}

export interface Room {
  cores: number;
  /** The most tasks at once; left out: as many as the cores carry. */
  jobs?: number;
  /** Asked before each task begins; once it says no, nothing more is. */
  mayStart(): boolean;
}

/**
 * Carries out tasks in their order, as many at once as there is room for; one that needs more cores than there are
 * runs alone. Resolves when all that has begun has ended.
 *
 * @throws the first error of a task, after which nothing more begins, once all that had begun has ended
 */
export async function sideBySide(tasks: readonly Task[], room: Room): Promise<void> {
  const waiting = [...tasks];
  const running = new Set<Task>();
  let starting = false;
  let failed: { why: unknown } | undefined;
  let wake: () => void = () => undefined;
  for (;;) {
    const [next] = waiting;
    if (next === undefined || failed !== undefined || !room.mayStart()) waiting.length = 0;
    else if (!starting && fits(next, running, room)) {
      waiting.shift();
      running.add(next);
      starting = true;
      const started = (): void => {
        starting = false;
        wake();
      };
      void next
        .run(started)
        .catch((why: unknown) => (failed ??= { why }))
        .finally(() => {
          running.delete(next);
          started();
        });
      continue;
    }
    if (running.size === 0 && waiting.length === 0) break;
    await new Promise<void>((resolve) => (wake = resolve));
  }
  if (failed !== undefined) throw failed.why;
}

function fits(next: Task, running: ReadonlySet<Task>, { cores, jobs }: Room): boolean {
  if (running.size === 0) return true;
  const others = [...running];
  if (next.alone || others.some(({ alone }) => alone)) return false;
  if (jobs !== undefined) return running.size < jobs;
  return others.reduce((sum, one) => sum + one.cores, next.cores) <= cores;
}

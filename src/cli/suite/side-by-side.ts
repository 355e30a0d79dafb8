/** One task, to be carried out beside others or alone. */
export interface Task {
  /** How many cores it keeps busy. */
  cores: number;
  alone: boolean;
  /** Whether it judges how long something takes: then no more runs go on beside it than the cores can carry. */
  timed?: boolean;
  /** @param started to be called when its start is over; no other task begins before that */
  run(started: () => void): Promise<void>;
}

export interface Room {
  cores: number;
  /** The most tasks at once; left out: as many as the cores can carry, or as the machine is idle for. */
  jobs?: number;
  /** Cores that have been idle for a while, with everything that is running; left out: not measured. */
  readonly idleCores?: () => Promise<number>;
  /** Called before each task begins; when it returns false, no further task begins. */
  mayStart(): boolean;
}

/**
 * Carries out tasks in their order, as many at once as there is room for; a task that needs more cores than there are
 * runs alone. Resolves when every task that began has ended.
 *
 * @throws the first error of a task, after every task that began has ended; no task begins after the error
 */
export async function sideBySide(tasks: readonly Task[], room: Room): Promise<void> {
  const waiting = [...tasks];
  const running = new Set<Task>();
  let starting: Task | undefined;
  let failed: { why: unknown } | undefined;
  let wake: () => void = () => undefined;
  const watch = new IdleWatch(room, () => wake());
  for (;;) {
    const [next] = waiting;
    if (next === undefined || failed !== undefined || !room.mayStart()) waiting.length = 0;
    else if (starting === undefined && fits(next, running, room, watch.idle)) {
      waiting.shift();
      running.add(next);
      starting = next;
      watch.forget();
      const started = (): void => {
        // A task that ends while another is starting does not let a third one begin.
        if (starting === next) starting = undefined;
        wake();
      };
      void next
        .run(started)
        .catch((why: unknown) => (failed ??= { why }))
        .finally(() => {
          running.delete(next);
          watch.forget();
          started();
        });
      continue;
    }
    if (running.size === 0 && waiting.length === 0) break;
    if (starting === undefined && waiting.length > 0 && next !== undefined && mayJoin(next, running, room))
      watch.measure();
    await new Promise<void>((resolve) => (wake = resolve));
  }
  if (failed !== undefined) throw failed.why;
}

/** How idle the machine has been since a task last began or ended: earlier values describe another load. */
class IdleWatch {
  idle = 0;
  readonly #room: Room;
  readonly #onMeasured: () => void;
  #measurement: object | undefined;

  constructor(room: Room, onMeasured: () => void) {
    this.#room = room;
    this.#onMeasured = onMeasured;
  }

  forget(): void {
    this.idle = 0;
    this.#measurement = undefined;
  }

  measure(): void {
    if (this.#measurement !== undefined) return;
    const mine = {};
    this.#measurement = mine;
    void this.#room.idleCores?.().then((cores) => {
      if (this.#measurement !== mine) return;
      this.#measurement = undefined;
      this.idle = cores;
      this.#onMeasured();
    });
  }
}

/** Beyond the number that the cores can carry by count of servers, no more than this many run at once. */
const MOST_BY_IDLENESS = 3;
/** Required idle share of the machine: a run that begins needs more than one that is going on. */
const IDLE_SHARE = 0.5;

function fits(next: Task, running: ReadonlySet<Task>, room: Room, idle: number): boolean {
  if (running.size === 0) return true;
  const others = [...running];
  const { cores, jobs } = room;
  if (next.alone || others.some(({ alone }) => alone)) return false;
  if (jobs !== undefined) return running.size < jobs;
  if (others.reduce((sum, one) => sum + one.cores, next.cores) <= cores) return true;
  return idle >= IDLE_SHARE * cores && mayJoin(next, running, room);
}

/** Whether a task may run beside more tasks than the cores can carry by count, if the machine is idle enough. */
function mayJoin(next: Task, running: ReadonlySet<Task>, { jobs, idleCores }: Room): boolean {
  if (jobs !== undefined || idleCores === undefined || running.size >= MOST_BY_IDLENESS) return false;
  return [next, ...running].every(({ alone, timed }) => !alone && timed !== true);
}

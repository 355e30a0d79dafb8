import { cpus } from 'node:os';

/** Long enough that a pause between two phases does not count as idle. */
const SAMPLE_MS = 3_000;

/** How many cores of this machine are idle on average over the next few seconds, whoever uses the others. */
export async function idleCores(sampleMs = SAMPLE_MS): Promise<number> {
  const before = ticks();
  // The timer must not keep a finished program alive.
  await new Promise((done) => setTimeout(done, sampleMs).unref());
  const after = ticks();
  const all = after.all - before.all;
  return all <= 0 ? 0 : (cpus().length * (after.idle - before.idle)) / all;
}

function ticks(): { idle: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, one) => sum + one.idle, 0);
  const all = times.reduce(
    (sum, { user, nice, sys, idle: at, irq }) => sum + user + nice + sys + at + irq,
    0,
  );
  return { idle, all };
}

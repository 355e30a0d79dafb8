import type { Carrier, RunDescription } from './carrier.ts';
import { childRun, GRACE_MS } from './child-run.ts';
import { recoverRuns } from './matrix-folder.ts';

/** Carries out each run as a process of its own on this machine, on free ports. */
export const localCarrier: Carrier = {
  elsewhere: false,
  async carry(run, { signal, onBegan, onUp = () => undefined }) {
    onBegan?.();
    const { timeoutMs, out } = run;
    const end = await childRun({ args: argumentsOf(run), timeoutMs, graceMs: GRACE_MS, signal, onUp });
    return { ...end, left: end.result === undefined ? await recoverRuns(out, 'may be') : [] };
  },
};

/** Those of `chaos run`, on free ports. */
export function argumentsOf({
  file,
  nats,
  environment,
  driver,
  seed,
  out,
}: Omit<RunDescription, 'id' | 'label' | 'timeoutMs'>): string[] {
  const option = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, value];
  return [
    file,
    ...option('--nats', nats),
    ...option('--environment', environment),
    ...option('--driver', driver),
    ...['--seed', String(seed), '--out', out, '--free-ports'],
  ];
}

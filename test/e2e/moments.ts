import { smallExperiment, type Workbench } from './harness.ts';

/** Phases with a fault of another kind in each: one with all the time there is to interrupt it, the others short. */
export const long = (bench: Workbench, during?: string): string => {
  const lasts = (phase: string): { phase: string; for: string } => ({
    phase,
    for: phase === during ? '5m' : '300ms',
  });
  return bench.experiment(
    smallExperiment({
      workloads: {
        publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
        worker: { kind: 'consume', consumer: 'c/s/worker' },
      },
      method: [
        { ...lasts('cut'), faults: [{ kind: 'partition', between: ['c/n1', ['c/n2', 'c/n3']] }] },
        { ...lasts('slow'), faults: [{ kind: 'latency', between: ['clients', 'c'], latency: '100ms' }] },
        { ...lasts('frozen'), faults: [{ kind: 'pause', nodes: 'c/s@follower' }] },
        { ...lasts('down'), faults: [{ kind: 'kill', nodes: 'c/s@leader' }] },
        { phase: 'back', until: 'steady', within: '60s' },
      ],
    }),
  );
};

/** What the log says then, and the phase that lasts. */
export const MOMENTS: [when: string, moment: RegExp, during?: string][] = [
  ['while the servers start', /^starting 3 servers/],
  ['while JetStream is waited for', /waiting for JetStream/],
  ['when the workloads have just started', /workloads started/],
  ['in a partition', /partition between .* in force/, 'cut'],
  ['while a partition is healed', /partition between .* removed/],
  ['with latency', /latency of .* in force/, 'slow'],
  ['with a node frozen', /pause .* in force/, 'frozen'],
  ['with a node killed', /kill .* in force/, 'down'],
  ['while it waits for the steady state', /^back: begins/],
];

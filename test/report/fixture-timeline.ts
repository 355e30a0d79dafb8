import type { RunRecord } from '../../src/history/record.ts';
import type { ServerEvent } from '../../src/history/server-events.ts';
import { BASELINE, CUT, END, HEALED, STEADY } from './fixture-series.ts';

/** What the run told of itself. */
export function timeline(): RunRecord['timeline'] {
  return [
    { t: 0, kind: 'run', text: 'run a1b2c3d4, seed 424242' },
    { t: 20, kind: 'cluster', text: 'six servers in two clusters started, ready after 3.91 s' },
    { t: 840, kind: 'workload', text: 'six workloads started' },
    { t: 1_190, kind: 'steady-state', text: 'the steady state holds' },
    { t: BASELINE, kind: 'phase', text: 'baseline began (5.00 s)' },
    { t: CUT, kind: 'phase', text: 'partition began (12.0 s)' },
    { t: CUT + 12, kind: 'fault', text: 'partition between qa1a and qa1b: injected' },
    {
      t: CUT + 173,
      kind: 'fault',
      text: 'partition between qa1a and qa1b: in force, 0 of 9 leafnode connections are up',
    },
    { t: HEALED + 18, kind: 'undo', text: 'partition between qa1a and qa1b: undone' },
    {
      t: HEALED + 210,
      kind: 'fault',
      text: 'partition between qa1a and qa1b: gone, 9 of 9 leafnode connections are up',
    },
    { t: HEALED + 215, kind: 'phase', text: 'recovery began (until steady, within 3 m 00 s)' },
    { t: STEADY, kind: 'steady-state', text: 'the steady state holds again' },
    { t: STEADY, kind: 'phase', text: 'afterwards began (5.00 s)' },
    { t: END + 30, kind: 'workload', text: 'workloads drained' },
    { t: END + 450, kind: 'steady-state', text: 'the steady state holds after the method' },
  ];
}

/** What the logs of its servers told. */
export function serverEvents(): NonNullable<RunRecord['serverEvents']> {
  const event = (
    t: number,
    node: string,
    kind: ServerEvent['kind'],
    text: string,
    more: Partial<ServerEvent> = {},
  ): ServerEvent => ({ t, until: t, node, kind, text, count: 1, ...more });
  const nodes = [1, 2, 3].map((n) => `qa1b/js${n}-qa1b`);
  return {
    events: [
      ...nodes.map((node, at) =>
        event(
          CUT + 20 + at,
          node,
          'link-down',
          'Leafnode connection closed: Client Closed - Remote: js1-qa1a',
        ),
      ),
      event(
        CUT + 1_100,
        'qa1b/js1-qa1b',
        'link-down',
        'Error trying to connect as leafnode to remote server "127.0.0.1:33805" (attempt 2): connection refused',
        { until: HEALED - 400, count: 11 },
      ),
      event(14_020, 'qa1a/js3-qa1a', 'leader', "JetStream cluster new stream leader for 'APP > qa'"),
      event(
        16_000,
        'qa1a/js3-qa1a',
        'slow-consumer',
        'Slow Consumer Detected: MaxPending of 67108864 Exceeded',
      ),
      ...nodes.map((node, at) =>
        event(HEALED + 120 + at * 30, node, 'link-up', 'Leafnode connection created for account: APP'),
      ),
    ],
    leftOut: 0,
  };
}

import type { cleanRun } from './clean-run.ts';

type Run = ReturnType<typeof cleanRun>;

/** One thing that goes wrong, the verdict that it alone makes, and a word that its reason must contain. */
export interface Flaw {
  name: string;
  verdict: 'fail' | 'inconclusive' | 'error' | 'unclean' | 'interrupted';
  says: RegExp;
  source: string;
  apply(run: Run): void;
}

const fault = (run: Run) => run.record.faults[0]!;
const phase = (run: Run) => run.record.phases[0]!;

/** Another injection of the same fault, which met another. */
const skipped = (run: Run, number: string) => {
  const record = { ...fault(run), id: `${fault(run).id}${number}`, undo: [] };
  delete record.injectedAt;
  return { ...record, skipped: 'n1 is held by kill#1', skippedAt: 100 };
};

export const FLAWS: readonly Flaw[] = [
  flaw('something is left over', 'unclean', /proxy is left/, 'clean-up', (run) =>
    run.record.unclean.push('a proxy is left'),
  ),
  flaw('an undo step failed', 'unclean', /links\.release: no answer/, 'fault partition#1', (run) => {
    Object.assign(fault(run).undo[0]!, { ok: false, error: 'no answer' });
  }),
  flaw('a removal is disproven', 'unclean', /not proven to be gone: 3 of 9/, 'fault partition#1', (run) => {
    Object.assign(fault(run).removed!, { proven: false, statement: '3 of 9' });
  }),
  flaw('a removal is not looked at', 'unclean', /not proven to be gone/, 'fault partition#1', (run) => {
    delete fault(run).removed;
  }),
  flaw('Ctrl-C', 'interrupted', /SIGINT/, 'run', (run) => (run.record.interrupted = 'SIGINT')),
  flaw('an error', 'error', /no binary \(install it\)/, 'run', (run) => {
    run.record.error = { message: 'no binary', hint: 'install it', code: 'unavailable' };
  }),
  flaw(
    'a fault beyond the blast radius',
    'inconclusive',
    /was not injected: 2 of 3/,
    'fault partition#1',
    (run) => {
      run.record.faults[0] = { ...fault(run), refused: '2 of 3 nodes of c would be down at once', undo: [] };
      delete fault(run).injectedAt;
    },
  ),
  flaw(
    'a fault that was never due',
    'inconclusive',
    /was never due: after 9 s/,
    'fault partition#1',
    (run) => {
      run.record.faults[0] = { ...fault(run), neverDue: 'after 9 s', undo: [] };
      delete fault(run).injectedAt;
    },
  ),
  flaw(
    'a fault that was skipped every time',
    'inconclusive',
    /^Fault partition#1 .* was never injected: it was skipped 2 times, the first time because n1 is held by kill#1/,
    'fault partition#1',
    (run) => {
      run.record.faults = ['', '.2'].map((number) => skipped(run, number));
    },
  ),
  flaw(
    'a fault that was skipped more often than it was injected',
    'inconclusive',
    /was skipped more often than it was injected: injected once, skipped 2 times/,
    'fault partition#1',
    (run) => {
      run.record.faults.push(skipped(run, '.2'), skipped(run, '.3'));
    },
  ),
  flaw('a safety limit is reached', 'fail', /^Stopped: lag \(min 5\): it read 7/, 'stopWhen', (run) => {
    run.record.stopped = { t: 3000, probe: 'lag', condition: 'min 5', statement: 'it read 7 at 3 s' };
    Object.assign(run.record.phases[1]!, { outcome: 'not-run' });
  }),
  flaw('a check fails', 'fail', /no-loss on publish: 1 lost/, 'check no-loss', (run) => {
    Object.assign(run.findings[0]!, { verdict: 'fail', statement: '1 lost' });
  }),
  flaw('a phase ran out of time', 'fail', /recovery ran out of time/, 'phase recovery', (run) => {
    run.record.phases[1]!.outcome = 'timed-out';
  }),
  flaw(
    'the steady state does not come back',
    'fail',
    /not met after the method: lag/,
    'steady-state after',
    (run) => {
      run.record.steadyStateAfter[0]!.outcome = 'violated';
    },
  ),
  flaw(
    'an expectation is violated',
    'fail',
    /violated: floor \(max 100\) in phase fault/,
    'phase fault',
    (run) => {
      phase(run).expectations[0]!.outcome = 'violated';
    },
  ),
  flaw(
    'a threshold is exceeded',
    'fail',
    /exceeded: publish-latency p99/,
    'threshold publish-latency p99',
    (run) => {
      run.thresholds[0]!.outcome = 'exceeded';
    },
  ),
  flaw(
    'a workload moved nothing',
    'inconclusive',
    /publish .*moved no message: 503/,
    'workload publish',
    (run) => {
      Object.assign(run.record.workloads[0]!, { ok: 0, failed: 7, firstError: '503 no responders' });
    },
  ),
  flaw(
    'never steady',
    'inconclusive',
    /before the method; the method was not run/,
    'steady-state before',
    (run) => {
      run.record.steadyStateBefore[0]!.outcome = 'violated';
    },
  ),
  flaw(
    'the steady state before is unread',
    'inconclusive',
    /before the method/,
    'steady-state before',
    (run) => {
      run.record.steadyStateBefore[0]!.outcome = 'unread';
    },
  ),
  flaw('a bypass', 'inconclusive', /bypassed the links.*a → b direct/, 'guard', (run) => {
    run.record.guard.bypasses.push({ t: 5, text: 'a → b direct' });
  }),
  flaw('no guard', 'inconclusive', /guard never ran/, 'guard', (run) => (run.record.guard.checks = 0)),
  flaw(
    'a vacuous fault',
    'inconclusive',
    /would change nothing: node is down/,
    'fault partition#1',
    (run) => {
      fault(run).vacuous = 'node is down';
    },
  ),
  flaw('a fault that was never injected', 'inconclusive', /never injected/, 'fault partition#1', (run) => {
    delete fault(run).injectedAt;
  }),
  flaw('a fault not in force', 'inconclusive', /in force: 9 of 9 up/, 'fault partition#1', (run) => {
    Object.assign(fault(run).inForce!, { proven: false, statement: '9 of 9 up' });
  }),
  flaw(
    'a fault nobody looked at',
    'inconclusive',
    /not proven to have been in force/,
    'fault partition#1',
    (run) => {
      delete fault(run).inForce;
    },
  ),
  flaw('a fault that lapsed', 'inconclusive', /did not hold to its end/, 'fault partition#1', (run) => {
    fault(run).heldToEnd!.proven = false;
  }),
  flaw(
    'a fault not seen at its end',
    'inconclusive',
    /not proven to have held/,
    'fault partition#1',
    (run) => {
      delete fault(run).heldToEnd;
    },
  ),
  flaw('a check cannot tell', 'inconclusive', /no-loss on publish/, 'check no-loss', (run) => {
    run.findings[0]!.verdict = 'inconclusive';
  }),
  flaw(
    'the steady state after is unread',
    'inconclusive',
    /could not be read/,
    'steady-state after',
    (run) => {
      run.record.steadyStateAfter[0]!.outcome = 'unread';
    },
  ),
  flaw(
    'the steady state after is untested',
    'inconclusive',
    /not tested after/,
    'steady-state after',
    (run) => {
      run.record.steadyStateAfter = [];
    },
  ),
  flaw('an expectation is unread', 'inconclusive', /could not be read: floor/, 'phase fault', (run) => {
    phase(run).expectations[0]!.outcome = 'unread';
  }),
  flaw(
    'a recovery that was never needed',
    'inconclusive',
    /without an answer: publish-latency p99/,
    'threshold publish-latency p99',
    (run) => {
      run.thresholds[0]!.outcome = 'never-lost';
    },
  ),
  flaw(
    'a threshold is unmeasured',
    'inconclusive',
    /not measured/,
    'threshold publish-latency p99',
    (run) => {
      run.thresholds[0]!.outcome = 'unmeasured';
    },
  ),
  flaw('a phase is aborted', 'inconclusive', /recovery was aborted: asked to/, 'phase recovery', (run) => {
    Object.assign(run.record.phases[1]!, { outcome: 'aborted', note: 'asked to' });
  }),
  flaw('a phase did not run', 'inconclusive', /Not run: recovery/, 'method', (run) => {
    run.record.phases[1]!.outcome = 'not-run';
  }),
  flaw(
    'an action failed',
    'inconclusive',
    /Action failed in phase fault: restart a/,
    'phase fault',
    (run) => {
      phase(run).actions.push({ t: 1, kind: 'restart', title: 'restart a', ok: false });
    },
  ),
  flaw('a blind probe', 'inconclusive', /lag never got a reading: refused/, 'probe lag', (run) => {
    run.record.probes[0]!.samples = [{ t: 1, error: 'refused' }];
  }),
  flaw('no drain', 'inconclusive', /did not drain: 3 in flight/, 'drain', (run) => {
    run.record.drain = { ok: false, ms: 9, note: '3 in flight' };
  }),
];

function flaw(
  name: string,
  verdict: Flaw['verdict'],
  says: RegExp,
  source: string,
  apply: (run: Run) => unknown,
): Flaw {
  return { name, verdict, says, source, apply: (run) => void apply(run) };
}

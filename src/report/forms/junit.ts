import { leftOutSuites, type LeftOut } from '../left-out.ts';
import type { SavedRun } from '../schema.ts';
import { claimsOf, type Claim } from './claims.ts';
import { junitText, type JunitCase, type JunitProblem, type JunitSuite } from './junit-text.ts';
import { placesOf, type Place } from './places.ts';

/**
 * Runs as JUnit XML, one test suite each. A failure is a failure. An inconclusive result is an error, because CI
 * systems show a skipped test as if all were well. A step that did not run is skipped, and so is a failure that the
 * experiment expects. An experiment that was left out is skipped too, unless all were. A suite has a failure or an
 * error whenever the program's exit code is not 0.
 */
export function renderJunit(
  runs: readonly SavedRun[],
  leftOut: readonly LeftOut[] = [],
  startedAt = runs[0]?.startedAt ?? '',
): string {
  return junitText([...runs.map(suiteOf), ...leftOutSuites(leftOut, startedAt, runs.length === 0)]);
}

function suiteOf(saved: SavedRun): JunitSuite {
  const { experiment, durationMs, startedAt } = saved;
  const version = saved.versions['nats-server'];
  const place = placesOf(saved);
  return {
    name: version === undefined ? experiment.name : `${experiment.name} (nats-server ${version})`,
    durationMs,
    startedAt,
    properties: {
      title: experiment.title,
      environment: saved.environment.name,
      verdict: saved.verdict,
      headline: saved.headline,
      run: saved.runId,
      seed: String(saved.seed),
      driver: saved.driver,
      repeat: saved.repeat.command,
    },
    cases: claimsOf(saved).map((claim) => caseOf(claim, place(claim.pointer), saved)),
  };
}

function caseOf(claim: Claim, place: Place, saved: SavedRun): JunitCase {
  const problem = problemOf(claim, place, saved);
  return {
    classname: `${saved.experiment.name}.${claim.where}`,
    name: `${claim.group}: ${claim.name}`,
    durationMs: claim.durationMs ?? 0,
    file: saved.experiment.file,
    line: place.line,
    ...(problem === null ? {} : { problem }),
  };
}

function problemOf({ outcome, statement }: Claim, place: Place, saved: SavedRun): JunitProblem | null {
  if (outcome === 'pass') return null;
  const skipped = { kind: 'skipped', text: '' } as const;
  if (outcome === 'not-run') return { ...skipped, type: outcome, message: statement };
  // A run that passes with reasons is one whose failure was expected.
  if (saved.verdict === 'pass')
    return { ...skipped, type: 'expected', message: `expected of this experiment: ${statement}` };
  const text = `${statement}\n${saved.experiment.file}:${place.line}:${place.column}\n`;
  return { kind: outcome === 'fail' ? 'failure' : 'error', type: outcome, message: statement, text };
}

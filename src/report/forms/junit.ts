import type { SavedRun } from '../schema.ts';
import { claimsOf, type Claim } from './claims.ts';
import { placesOf, type Place } from './places.ts';

/**
 * Runs as JUnit XML, one test suite each. A failure is a failure; what allows no honest verdict is an error, because
 * CI systems show a skipped test as if all were well; what was not reached is skipped, and so is what an experiment
 * is expected to fail with. A suite has a failure or an error whenever the program's exit code is not 0.
 */
export function renderJunit(runs: readonly SavedRun[]): string {
  const suites = runs.map(suiteOf);
  const sum = (read: (suite: Suite) => number): number => suites.reduce((total, one) => total + read(one), 0);
  const totals = attributes({
    name: 'nats-chaos',
    tests: sum((suite) => suite.cases.length),
    failures: sum((suite) => count(suite, 'failure')),
    errors: sum((suite) => count(suite, 'error')),
    skipped: sum((suite) => count(suite, 'skipped')),
    time: seconds(runs.reduce((total, run) => total + run.durationMs, 0)),
  });
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  return `${head}\n<testsuites${totals}>\n${suites.map(renderSuite).join('')}</testsuites>\n`;
}

interface Suite {
  saved: SavedRun;
  cases: Case[];
}

interface Case {
  claim: Claim;
  place: Place;
  result: 'passed' | 'failure' | 'error' | 'skipped';
}

function suiteOf(saved: SavedRun): Suite {
  const place = placesOf(saved);
  const cases = claimsOf(saved).map((claim) => ({
    claim,
    place: place(claim.pointer),
    result: resultOf(claim, saved),
  }));
  return { saved, cases };
}

function resultOf({ outcome }: Claim, saved: SavedRun): Case['result'] {
  if (outcome === 'pass') return 'passed';
  // A run that passes with reasons is one whose failure was expected.
  if (outcome === 'not-run' || saved.verdict === 'pass') return 'skipped';
  return outcome === 'fail' ? 'failure' : 'error';
}

function count(suite: Suite, result: Case['result']): number {
  return suite.cases.filter((one) => one.result === result).length;
}

function renderSuite(suite: Suite): string {
  const { saved, cases } = suite;
  const version = saved.versions['nats-server'];
  const head = attributes({
    name: version === undefined ? saved.experiment.name : `${saved.experiment.name} (nats-server ${version})`,
    tests: cases.length,
    failures: count(suite, 'failure'),
    errors: count(suite, 'error'),
    skipped: count(suite, 'skipped'),
    time: seconds(saved.durationMs),
    timestamp: saved.startedAt.replace(/(\.\d+)?Z$/, ''),
  });
  const properties = {
    title: saved.experiment.title,
    environment: saved.environment.name,
    verdict: saved.verdict,
    headline: saved.headline,
    run: saved.runId,
    seed: String(saved.seed),
    driver: saved.driver,
    repeat: saved.repeat.command,
  };
  const listed = Object.entries(properties).map(
    ([name, value]) => `      <property${attributes({ name, value })}/>\n`,
  );
  const body = cases.map((one) => renderCase(one, saved)).join('');
  return `  <testsuite${head}>\n    <properties>\n${listed.join('')}    </properties>\n${body}  </testsuite>\n`;
}

function renderCase({ claim, place, result }: Case, saved: SavedRun): string {
  const head = attributes({
    classname: `${saved.experiment.name}.${claim.where}`,
    name: `${claim.group}: ${claim.name}`,
    time: seconds(claim.durationMs ?? 0),
    file: saved.experiment.file,
    line: place.line,
  });
  if (result === 'passed') return `    <testcase${head}/>\n`;
  const expected = result === 'skipped' && claim.outcome !== 'not-run';
  const type = expected ? 'expected' : claim.outcome;
  const message = expected ? `expected of this experiment: ${claim.statement}` : claim.statement;
  const where = `${saved.experiment.file}:${place.line}:${place.column}`;
  const text = result === 'skipped' ? '' : escapeXml(`${claim.statement}\n${where}\n`);
  return `    <testcase${head}>\n      <${result}${attributes({ type, message })}>${text}</${result}>\n    </testcase>\n`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replace(/[\t\n\r]/g, ' ')}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for an element or an attribute; what XML 1.0 forbids altogether becomes visible. */
function escapeXml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/[&<>"']/g, (character: string) => ENTITIES[character] ?? '');
}

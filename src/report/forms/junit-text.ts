/** A test suite as CI systems show it. */
export interface JunitSuite {
  name: string;
  durationMs: number;
  /** ISO 8601, UTC. */
  startedAt: string;
  properties: Record<string, string>;
  cases: JunitCase[];
}

export interface JunitCase {
  classname: string;
  name: string;
  durationMs: number;
  file: string;
  line: number;
  /** Left out when it passed. */
  problem?: JunitProblem;
}

export interface JunitProblem {
  kind: 'failure' | 'error' | 'skipped';
  type: string;
  /** One line. */
  message: string;
  /** Any number of lines; may be empty. */
  text: string;
}

/** Suites as JUnit XML, whatever is in them. */
export function junitText(suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  const durationMs = suites.reduce((total, suite) => total + suite.durationMs, 0);
  const head = attributes({ name: 'nats-chaos', ...counts(all), time: seconds(durationMs) });
  const body = suites.map(renderSuite).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${head}>\n${body}</testsuites>\n`;
}

function counts(cases: readonly JunitCase[]): Record<string, number> {
  const of = (kind: JunitProblem['kind']): number =>
    cases.filter(({ problem }) => problem?.kind === kind).length;
  return { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') };
}

function renderSuite({ name, durationMs, startedAt, properties, cases }: JunitSuite): string {
  const head = attributes({
    name,
    ...counts(cases),
    time: seconds(durationMs),
    timestamp: startedAt.replace(/(\.\d+)?Z$/, ''),
  });
  const listed = Object.entries(properties).map(
    ([property, value]) => `      <property${attributes({ name: property, value })}/>\n`,
  );
  const body = cases.map(renderCase).join('');
  return `  <testsuite${head}>\n    <properties>\n${listed.join('')}    </properties>\n${body}  </testsuite>\n`;
}

function renderCase({ classname, name, durationMs, file, line, problem }: JunitCase): string {
  const head = attributes({ classname, name, time: seconds(durationMs), file, line });
  if (problem === undefined) return `    <testcase${head}/>\n`;
  const { kind, type, message, text } = problem;
  const part = `<${kind}${attributes({ type, message })}>${escapeXml(text)}</${kind}>`;
  return `    <testcase${head}>\n      ${part}\n    </testcase>\n`;
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

/** Text for an element or an attribute; characters that XML 1.0 forbids are replaced by visible ones. */
function escapeXml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/[&<>"']/g, (character: string) => ENTITIES[character] ?? '');
}

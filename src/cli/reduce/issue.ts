import type { SavedRun } from '../../report/schema.ts';
import type { Reduction } from './reduction.ts';
import { expectedOf, sizeWords, whyOf } from './reduction.ts';

/** The files of a reduced experiment. */
export interface IssueFiles {
  /** Names in the folder, and their content. */
  experiment: { name: string; text: string };
  environment: { name: string; text: string };
}

/**
 * What was seen, and how to see it again, as Markdown under the headings of a defect report for nats-server. Both files are in
 * it, because an issue takes no YAML files.
 */
export function issueText(reduction: Reduction, { experiment, environment }: IssueFiles): string {
  const { signature, last } = reduction;
  return [
    `# ${signature.failure}`,
    '',
    '## Observed behavior',
    '',
    `> ${whyOf(last)}`,
    '',
    ...observed(last),
    '## Expected behavior',
    '',
    `${last.experiment.title}.`,
    '',
    '## Server and client version',
    '',
    ...Object.entries(last.versions).map(([name, version]) => `- ${name} ${version}`),
    '',
    '## Host environment',
    '',
    `Driver ${last.driver}, ${last.topology.clusters.map(({ name, nodes }) => `cluster ${name} of ${nodes.length}`).join(', ')}.`,
    '',
    '## Steps to reproduce',
    '',
    ...steps(reduction, experiment.name),
    ...file(experiment),
    ...file(environment),
  ].join('\n');
}

function steps(reduction: Reduction, file: string): string[] {
  const { run, before, after, whole, smallest, runs, over, last } = reduction;
  const passes =
    expectedOf(reduction) === 'fail' ? 'when it fails as expected' : 'either way, and says which it was';
  const version = last.versions['nats-server'] ?? 'unknown';
  return [
    '```sh',
    `chaos run ${file} --nats ${version} --driver ${last.driver} --seed ${last.seed} --free-ports`,
    '```',
    '',
    `with both files below in one folder. It passes ${passes}.`,
    '',
    '| | before | reduced |',
    '|---|---|---|',
    `| experiment | ${run.experiment.name} (${run.runId}) | [${file}](${file}) |`,
    `| size | ${sizeWords(whole)} | ${sizeWords(smallest)} |`,
    `| shown in | ${before.shown} of ${before.of} runs | ${after.shown} of ${after.of} runs |`,
    '',
    over === null
      ? `${runs} runs were made; nothing smaller showed it as often.`
      : `${runs} runs were made, and then no more, because ${over}: something smaller may show it.`,
    '',
  ];
}

const MOST_EXAMPLES = 5;
const MOST_LINES = 40;

/** What failed, what was done to the servers and what they logged. */
function observed(last: SavedRun): string[] {
  const failed = last.findings.filter(({ verdict }) => verdict === 'fail');
  const findings = failed.flatMap(({ check, statement, examples }) => [
    `- \`${check}\`: ${statement}`,
    ...examples.slice(0, MOST_EXAMPLES).map(({ text }) => `  - ${text}`),
  ]);
  const faults = last.faults
    .filter(({ injectedAt }) => injectedAt !== undefined)
    .map(
      ({ id, title, targets, injectedAt, removedAt }) =>
        `- ${seconds(injectedAt)}–${seconds(removedAt)} ${id}: ${title} (${targets.join(', ')})`,
    );
  return [
    ...(findings.length === 0 ? [] : [...findings, '']),
    ...(faults.length === 0 ? [] : ['Faults, in seconds since the run began:', '', ...faults, '']),
    ...logged(last),
  ];
}

/** What a reader of an issue asks for; connections that come and go are what faults do. */
const SIGNIFICANT: ReadonlySet<string> = new Set(['quorum', 'store', 'leader', 'error', 'warning', 'start']);

function logged({ serverEvents, findings }: SavedRun): string[] {
  const events = (serverEvents?.events ?? []).filter(({ kind }) => SIGNIFICANT.has(kind));
  const lines = events
    .slice(-MOST_LINES)
    .map(
      ({ t, node, text, count }) => `${seconds(t)} ${node}: ${text}${count > 1 ? ` (${count} times)` : ''}`,
    );
  const last = findings
    .filter(({ check }) => check === 'server-crash')
    .flatMap(({ subject, examples }) => [
      '',
      `The last lines of ${subject}:`,
      ...examples.map(({ text }) => text),
    ]);
  if (lines.length + last.length === 0) return [];
  const left = events.length - lines.length;
  const head = left > 0 ? [`(${left} earlier lines are left out)`] : [];
  return [
    'What servers logged, in seconds since the run began:',
    '',
    '```text',
    ...head,
    ...lines,
    ...last,
    '```',
    '',
  ];
}

function seconds(t: number | undefined): string {
  return t === undefined ? '?' : (t / 1_000).toFixed(2);
}

function file({ name, text }: { name: string; text: string }): string[] {
  return [`\`${name}\`:`, '', '```yaml', text.trimEnd(), '```', ''];
}

import type { SavedRun } from '../../report/schema.ts';
import type { IssueFiles, Reduction } from './reduction.ts';
import { sizeWords, takenBackWords, whyOf } from './reduction.ts';
import { stepsToReproduce } from './steps.ts';

/**
 * What was seen, and how to see it again, as Markdown under the headings of a defect report for nats-server. Both files are in
 * it, because an issue takes no YAML files.
 */
export function issueText(reduction: Reduction, files: IssueFiles): string {
  const { signature, last } = reduction;
  const { experiment, environment } = files;
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
    ...stepsToReproduce(reduction, files),
    ...howReduced(reduction, experiment.name),
    ...file(experiment),
    ...file(environment),
  ].join('\n');
}

function howReduced(reduction: Reduction, file: string): string[] {
  const { run, before, after, whole, smallest, takenBack, runs, over } = reduction;
  return [
    'How it was reduced:',
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
    ...(takenBack === null ? [] : [takenBackWords(takenBack)]),
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

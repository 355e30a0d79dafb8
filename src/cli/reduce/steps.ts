import { ASSERTIONS } from '../../support/versions.ts';
import type { SavedRun } from '../../report/schema.ts';
import { packageFacts, type PackageFacts } from '../package.ts';
import { expectedOf, type IssueFiles, type Reduction } from './reduction.ts';

/** How somebody who has never heard of this program sees the failure again, as Markdown. */
export function stepsToReproduce(reduction: Reduction, { experiment, environment }: IssueFiles): string[] {
  const { last } = reduction;
  const { name, version, node, repository } = packageFacts();
  const release = releaseOf(last);
  const own = ownServer(reduction);
  return [
    `This was found by ${called({ name, repository })} ${version}, which runs experiments on real NATS servers: it starts an unmodified`,
    'nats-server for each node, publishes and consumes, injects the faults that a YAML file names, removes them, and compares what',
    `was acknowledged with what is stored and delivered. It needs Node.js (${node}) and npm, preferably on Linux.`,
    '',
    `1. In a clone of ${name}, put its command \`chaos\` on the PATH:`,
    '',
    '   ```sh',
    ...(repository === undefined ? [] : [`   git clone ${repository} ${name} && cd ${name}`]),
    '   npm run setup && npm run build && npm link',
    '   ```',
    '',
    `2. Save both files below in one folder, as \`${experiment.name}\` and \`${environment.name}\`, and run there:`,
    '',
    '   ```sh',
    `   chaos run ${experiment.name}${own === undefined ? ` --nats ${release}` : ''} --driver ${last.driver} --seed ${last.seed} --free-ports`,
    '   ```',
    '',
    ...indented(
      own === undefined
        ? whatItTakes(last, release)
        : [
            `It was seen with a nats-server that is no release: \`${own}\`, which says that it is ${release}.`,
          ],
    ),
    '',
    ...indented([
      ...whatToSee(reduction),
      'The folder that it names has `report.html` and the logs of all servers.',
    ]),
    '',
  ];
}

function called({ name, repository }: Pick<PackageFacts, 'name' | 'repository'>): string {
  return repository?.startsWith('https://') === true
    ? `[${name}](${repository.replace(/\.git$/, '')})`
    : name;
}

/** A nats-server of the files that is no release, as they name it. */
function ownServer({ smallest }: Reduction): string | undefined {
  const nats = smallest.experiment['nats'] ?? smallest.environment['nats'];
  return typeof nats === 'string' && !/^(latest|[\d.]+)(\+assertions)?$/.test(nats) ? nats : undefined;
}

function releaseOf({ versions }: SavedRun): string {
  const release = versions['nats-server'] ?? 'unknown';
  return versions['nats-server build'] === undefined ? release : `${release}${ASSERTIONS}`;
}

function whatItTakes({ driver, versions }: SavedRun, release: string): string[] {
  const proxy = 'toxiproxy' in versions ? ' (and Toxiproxy, through which it disturbs links)' : '';
  if (driver !== 'process')
    return [`It runs nats-server ${release}${proxy} in containers, and needs a Docker engine.`];
  const got = release.endsWith(ASSERTIONS)
    ? `It builds nats-server ${release.slice(0, -ASSERTIONS.length)} with the assertions of its authors, with Go,`
    : `It takes nats-server ${release}${proxy} from the PATH, fetches the official release or builds it with Go,`;
  return [
    got,
    'and runs it as plain processes on this machine; `chaos doctor` says what is missing for that.',
  ];
}

function whatToSee(reduction: Reduction): string[] {
  const { after } = reduction;
  const often = `Here it showed in ${after.shown} of ${after.of} runs.`;
  return expectedOf(reduction) === 'fail'
    ? [
        'The failure has shown when the verdict says `Failed, as expected`, with exit code 0; `No longer fails`, with exit code 1,',
        `says that it has not. ${often}`,
      ]
    : [
        'The failure has shown when the verdict says `Failed, which may be`, and has not when it says `Did not fail this time`:',
        `run it again then. The exit code is 0 either way. ${often}`,
      ];
}

/** As a part of an item of a list. */
function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `   ${line}`);
}

import type { SavedRun } from '../report/schema.ts';
import type { CompareOptions, MetricRow, Remedy } from './comparison.ts';
import type { Group } from './groups.ts';
import { isHonest } from './outcome.ts';
import { percent } from './quantity.ts';
import { DEFAULT_TOLERANCE } from './tolerance.ts';

/** Five against five: enough for a two-sided difference, with one run to spare. */
const REPEATS = 5;

interface Unjudged {
  groups: readonly Group[];
  others: readonly Group[];
  metrics: readonly MetricRow[];
}

/** What to do so that an experiment is judged, with the command line for it. */
export function remediesOf({ groups, others, metrics }: Unjudged, options: CompareOptions): Remedy[] {
  if (others.length === 0)
    return [{ text: 'runs to compare it with: name those of another version too, or give --baseline' }];
  const open = metrics.flatMap((row) =>
    row.differences.filter(({ basis, call }) => basis === null && call !== 'missing'),
  );
  const few = open.some(({ enough }) => !enough);
  return [
    ...(groups.every(({ runs }) => runs.every(isHonest))
      ? []
      : [{ text: 'runs that pass or fail: the report of each of the others says what it lacks' }]),
    ...(few ? repeats(groups) : []),
    ...(open.length > 0 ? [toleranceRemedy(few, options)] : []),
  ];
}

function toleranceRemedy(few: boolean, { command }: CompareOptions): Remedy {
  const text = 'a tolerance, in the thresholds of the experiment or for all figures';
  const alternative = few ? ({ alternative: true } as const) : {};
  if (command === undefined) return { text: `${text} (--tolerance)`, ...alternative };
  const given = `${command} --tolerance ${percent(DEFAULT_TOLERANCE)}`;
  return {
    text: few ? `${text}, by which single runs are judged too` : text,
    command: given,
    ...alternative,
  };
}

/** A matrix of the versions that were compared, with the options of the newest run of each driver. */
function repeats(groups: readonly Group[]): Remedy[] {
  const runs = groups.flatMap(({ runs: all }) => all.map(({ saved }) => saved));
  const drivers = [...new Set(runs.map(({ driver }) => driver))];
  const commands = drivers.flatMap(
    (driver) => matrixCommand(runs.filter((run) => run.driver === driver)) ?? [],
  );
  const text = 'repeats, which show the noise: carry out this matrix, and compare its folder runs/';
  return commands.map((command) => ({ text, command }));
}

function matrixCommand(runs: readonly SavedRun[]): string | null {
  const command = runs.at(-1)?.repeat.command ?? '';
  if (!command.startsWith('chaos run ')) return null;
  const versions = [...new Set(runs.flatMap(({ versions: all }) => all['nats-server'] ?? []))];
  const rest = command
    .slice('chaos run '.length)
    .replace(/ --nats ('[^']*'|\S+)/, '')
    .replace(/ --seed \d+/, '');
  const nats = runs.at(-1)?.driver === 'attached' ? [] : [`--nats ${versions.join(',')}`];
  return ['chaos matrix', rest, ...(versions.length === 0 ? [] : nats), `--repeat ${REPEATS}`].join(' ');
}

import { loadChecks } from '../../experiment/load-checks.ts';
import { paintFor } from '../../report/paint.ts';
import { ChaosError } from '../../support/errors.ts';
import { checkText } from '../check/check-text.ts';
import { repeatChecks } from '../check/repeat-checks.ts';
import { ExitCode } from '../exit-codes.ts';
import { openRun, type OpenedRun } from '../history/open-run.ts';
import { isPublisher, workloadNames } from '../history/workloads.ts';
import { print, printJson } from '../output.ts';
import { loadOptions } from '../run/load-options.ts';

export interface CheckOptions {
  out: string;
  /** A file with other checks. */
  checks?: string;
  json?: boolean;
}

/**
 * `chaos check RUN`: makes the checks of a saved run again, or others, from its history alone.
 *
 * @returns 0, 1 or 2, as all findings together are a pass, a fail or inconclusive, whatever the experiment expected
 */
export async function checkCommand(word: string, options: CheckOptions): Promise<number> {
  const run = await openRun(word, options.out);
  const checked = repeatChecks(run, checksOf(run, options), options.checks === undefined);
  const exitCode = ExitCode[checked.verdict];
  if (options.json === true) printJson({ run: run.name, exitCode, ...checked });
  else {
    const color = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
    print(checkText(checked, run.name, paintFor(color)));
  }
  return exitCode;
}

function checksOf(run: OpenedRun, { checks: file }: CheckOptions): NonNullable<OpenedRun['checks']> {
  const { history, streams, checks, name } = run;
  if (file !== undefined) {
    const kinds = workloadNames(history).map((workload) => {
      const kind = isPublisher(history, workload) ? 'publish' : 'consume';
      return [workload, history.workloads[workload]?.kind ?? kind] as const;
    });
    const consumers = [...new Set(history.consumerAudits.map(({ consumer }) => consumer))];
    const known = { workloads: Object.fromEntries(kinds), streams, consumers };
    return loadChecks(file, loadOptions(), known).map((item) => ({ kind: item.kind, options: item }));
  }
  if (checks !== undefined) return checks;
  throw new ChaosError('usage', `${name} does not say what is to be checked: it has no report`, {
    hint: 'name a file with a list of checks: --checks FILE',
  });
}

import type { Matrix } from '../../matrix/matrix.ts';
import { SIGNS } from '../../report/paint.ts';
import { clip, printable } from '../../report/text.ts';
import { formatDuration } from '../../support/units.ts';
import type { CarryOutOptions } from './carry-out.ts';

/** A line when a run begins and one when it ends, as these are reported. */
export function progressLines(
  matrix: Matrix,
  print: (line: string) => void,
): Pick<CarryOutOptions, 'began' | 'ended'> {
  // Counted anew for each line: a search for the first release that differs adds runs as it goes.
  const headOf = (at: number): string => {
    const of = String(matrix.runs.length);
    return `[${String(at).padStart(of.length)}/${of}]`;
  };
  return {
    began: ({ experiment, column, repeat }, at, where) => {
      const head = headOf(at);
      const place = where === undefined ? '' : `: begun by ${where}`;
      print(printable(`${head} ${experiment} on ${column}, run ${repeat}${place}`));
    },
    ended: (run, result) => {
      const head = headOf(matrix.runs.indexOf(run) + 1);
      if (result === null) {
        print(`${head} ${SIGNS.interrupted} interrupted, and undone`);
        return;
      }
      const { verdict, durationMs, headline } = result;
      const text = `${SIGNS[verdict]} ${verdict} in ${formatDuration(durationMs)}: ${headline}`;
      print(clip(printable(`${head} ${text}`), 240));
    },
  };
}

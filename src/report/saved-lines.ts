/** As `renderJson` writes it: every probe, with all its readings, is on a line of its own. */
const PROBES = Buffer.from('\n"probes": [\n');
const SAMPLES = Buffer.from('"samples":[');
const NEWLINE = 10;
const INDENT = 32;
const COMMA = 44;

/**
 * The text of a `report.json` without the readings of probes that are not requested: they are most of a long run's
 * report, and skipping them unparsed is the only way to be fast. A text that is not in the layout of `renderJson` is
 * returned unchanged.
 *
 * @param wanted whether the readings of a kind of probe are needed
 */
export function textWithReadings(bytes: Buffer, wanted: (kind: string) => boolean): string {
  const found = bytes.indexOf(PROBES);
  if (found < 0) return bytes.toString('utf8');
  const start = found + PROBES.length;
  const kept: string[] = [];
  let at = start;
  while (bytes[at] === INDENT) {
    const end = bytes.indexOf(NEWLINE, at);
    if (end < 0) return bytes.toString('utf8');
    const last = bytes[end - 1] === COMMA ? end - 1 : end;
    const line = shortened(bytes, at, last, wanted);
    if (line === null) return bytes.toString('utf8');
    kept.push(line);
    at = end + 1;
  }
  return `${bytes.toString('utf8', 0, start)}${kept.join(',\n')}\n${bytes.toString('utf8', at)}`;
}

/** One probe, with its readings or without; null when the line is not a probe. */
function shortened(
  bytes: Buffer,
  from: number,
  to: number,
  wanted: (kind: string) => boolean,
): string | null {
  const samples = bytes.indexOf(SAMPLES, from);
  if (samples < 0 || samples >= to) return null;
  const head = `${bytes.toString('utf8', from, samples + SAMPLES.length)}]}`;
  const kind = kindOf(head);
  if (kind === null) return null;
  return wanted(kind) ? bytes.toString('utf8', from, to) : head;
}

function kindOf(probe: string): string | null {
  try {
    const { kind } = JSON.parse(probe) as { kind?: unknown };
    return typeof kind === 'string' ? kind : null;
  } catch {
    return null;
  }
}

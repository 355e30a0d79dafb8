import type { Check, Diagnosis, Offer, Status } from './check.ts';

/** A diagnosis for people: every status is a word as well as a sign, so that no colour is needed. */
export function diagnosisText(diagnosis: Diagnosis, color: boolean): string {
  const { checks, drivers, faults, canRun } = diagnosis;
  const hints = checks.filter((check) => check.hint !== undefined);
  const sections = [
    [`nats-chaos ${diagnosis.version} on this machine`, ...rows(checks, color)],
    ['drivers', ...rows(drivers, color)],
    ['faults', ...rows(faults, color)],
    ...(hints.length > 0
      ? [['to get the rest', ...hints.map(({ title, hint }) => `  ${title}: ${hint ?? ''}`)]]
      : []),
    [canRun ? 'Experiments can run here.' : 'Experiments cannot run here yet.'],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

const MARKS: Record<Status, { mark: string; code: number }> = {
  ok: { mark: '✓', code: 32 },
  limited: { mark: '!', code: 33 },
  missing: { mark: '✗', code: 31 },
};

function rows(items: readonly (Check | Offer)[], color: boolean): string[] {
  const titles = items.map((item) => ('title' in item ? item.title : item.name));
  const width = Math.max(0, ...titles.map((title) => title.length));
  return items.flatMap((item, i) => {
    const line = `  ${badge(item.status, color)}  ${(titles[i] ?? '').padEnd(width)}  ${item.detail}`;
    const more = 'more' in item ? item.more : [];
    return [line, ...more.map((text) => `${' '.repeat(width + 15)}${text}`)];
  });
}

function badge(status: Status, color: boolean): string {
  const { mark, code } = MARKS[status];
  const text = `${mark} ${status.padEnd(7)}`;
  return color ? `\u001b[${code}m${text}\u001b[0m` : text;
}

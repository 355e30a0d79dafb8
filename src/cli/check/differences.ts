import type { Finding } from '../../checkers/checker.ts';

/** How findings differ from those of the report, in words; empty where they are the same. */
export function differences(before: readonly Finding[], now: readonly Finding[]): string[] {
  const left = [...before];
  const said = now.flatMap((finding) => {
    const at = left.findIndex((one) => nameOf(one) === nameOf(finding));
    const [old] = at < 0 ? [] : left.splice(at, 1);
    return old === undefined ? [`${nameOf(finding)}: the report does not have it`] : difference(old, finding);
  });
  return [...said, ...left.map((old) => `${nameOf(old)}: only the report has it (${textOf(old)})`)];
}

function difference(old: Finding, now: Finding): string[] {
  if (old.verdict !== now.verdict || old.statement !== now.statement)
    return [`${nameOf(now)}: the report says ${textOf(old)}; now it is ${textOf(now)}`];
  const counts = [...new Set([...Object.keys(old.counts), ...Object.keys(now.counts)])]
    .filter((name) => (old.counts[name] ?? 0) !== (now.counts[name] ?? 0))
    .map((name) => `${name} ${old.counts[name] ?? 0} in the report, now ${now.counts[name] ?? 0}`);
  const examples = sequences(old) === sequences(now) ? [] : ['other examples'];
  const all = [...counts, ...examples];
  return all.length === 0 ? [] : [`${nameOf(now)}: ${all.join('; ')}`];
}

function nameOf({ check, subject }: Finding): string {
  return `${check} ${subject}`;
}

function textOf({ verdict, statement }: Finding): string {
  return `${verdict}: ${statement}`;
}

function sequences({ examples }: Finding): string {
  return examples.map(({ seq, stream, consumer, id }) => [seq, stream, consumer, id].join(' ')).join('\n');
}

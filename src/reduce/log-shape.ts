const LONGEST = 60;

/** Of the last lines of a server that ended: the one that says why, or the last. */
export function tellingLine(lines: readonly string[]): string {
  const says = (pattern: RegExp): string | undefined => lines.find((line) => pattern.test(line));
  return (
    says(/^(panic|fatal error|WARNING: DATA RACE)\b/) ??
    says(/^runtime: /) ??
    lines.findLast((line) => line.includes('[FTL]')) ??
    lines.at(-1) ??
    ''
  );
}

/**
 * A line of a server's log without what differs from run to run: its time and process, numbers, addresses, ids that are
 * drawn, and the names of servers.
 *
 * @param nodes names of servers, each replaced by `server`
 */
export function shapeOf(line: string, nodes: readonly string[] = []): string {
  const bare = line
    .replace(/^\[\d+\] [\d/]+ [\d:.]+ \[\w+\] /, '')
    .replaceAll(/\b[A-Z0-9]{56}\b/g, '#')
    // A replica of a raft group, and the group of a stream or consumer: their ids are drawn, or hashes.
    .replaceAll(/\[\S+ - \S+\]/g, '[#]')
    .replaceAll(/\b[SC]-R\d+[FM]-\w+/g, '#')
    .replaceAll(/\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{8,}\b/g, '#');
  return [...nodes]
    .sort((a, b) => b.length - a.length)
    .reduce((text, node) => text.replaceAll(wholeWord(node), 'server'), bare)
    .replaceAll(/0x[0-9a-f]+|\d+(?:\.\d+)*/gi, '#')
    .replaceAll(/#(?:[.:]#)+/g, '#')
    .slice(0, LONGEST);
}

function wholeWord(text: string): RegExp {
  return new RegExp(`(?<![\\w-])${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'g');
}

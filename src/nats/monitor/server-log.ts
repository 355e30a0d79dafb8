/** The subject of a line. */
export type LogKind = NonNullable<(typeof PATTERNS)[number][1]> | 'warning' | 'error';

export interface LogEvent {
  /** Milliseconds since 1970. */
  at: number;
  kind: LogKind;
  /** The server's own text, without the address of a connection at its start. */
  text: string;
}

/**
 * Lines of server logs and their kind; the first match counts. Lines with the kind null say nothing about the system:
 * those that every server of a cluster repeats, those that the runner itself causes (addresses that stop gossip, and
 * probes of leafnode links, which connect without a name), and connections that never got to know their peer.
 */
const PATTERNS = [
  [/^JetStream cluster new (remote )?metadata leader/, null],
  [/^Plaintext passwords detected|^Temporary storage directory used|^authentication error$/, null],
  [/\b(127\.0\.0\.1|localhost):1\b/, null],
  [
    /has NO quorum|^JetStream cluster no metadata leader|has not established contact with a meta leader/,
    'quorum',
  ],
  [/^Slow Consumer (?!Recovered)/, 'slow-consumer'],
  [/new (stream|consumer) leader for|^Self is new JetStream cluster metadata leader/, 'leader'],
  [/^(Router|Leafnode|Gateway) connection closed: .* - Remote: /, 'link-down'],
  [/^Error trying to connect /, 'link-down'],
  [/^Leafnode connection created for account|^Outbound gateway connection .* registered/, 'link-up'],
  [/^Route connection created/, 'link-up'],
  [/^Catchup for stream .* (stalled|errored|was aborted)/, 'warning'],
  [/^Catchup for stream .* complete/, 'catch-up'],
  [/^Server is ready|^Reloaded server configuration/, 'start'],
  [/^Initiating Shutdown|^Entering lame duck mode/, 'stop'],
  [
    /^Filestore|corrupt|limits exceeded|insufficient|no space left|permission denied|resetting|orphaned|disabling JetStream/i,
    'store',
  ],
] as const satisfies readonly (readonly [RegExp, string | null])[];

const LINE =
  /^(?:\[\d+\] )?(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})\d* \[(INF|WRN|ERR|FTL)\] (.*)$/;
/** `127.0.0.1:47752 - rid:9 - `, with a name or an account between. */
const CONNECTION = /^\S+:\d+ - (?:[clrg]id|wid|mid):\d+ (?:- "[^"]*" )*- /;

/** The event in a line of a server's log, if the run's timeline should show it; else null. Times are UTC. */
export function logEvent(line: string): LogEvent | null {
  const found = LINE.exec(line);
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = found
    .slice(1, 8)
    .map(Number);
  const [level, said = ''] = found.slice(8);
  const text = said.replace(CONNECTION, '').trim();
  const kind = kindOf(level ?? '', text);
  return kind === null ? null : { at: Date.UTC(year, month - 1, day, hour, minute, second, ms), kind, text };
}

function kindOf(level: string, text: string): LogKind | null {
  const known = PATTERNS.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  if (level === 'INF') return null;
  return level === 'WRN' ? 'warning' : 'error';
}

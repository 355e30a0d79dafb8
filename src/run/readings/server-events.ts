import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  SERVER_EVENT_KINDS,
  type ServerEvent,
  type ServerEventsRecord,
} from '../../history/server-events.ts';
import { logEvent, type LogEvent } from '../../nats/monitor/server-log.ts';
import type { Milliseconds } from '../../support/units.ts';

/** More are not kept; the least important are left out first. */
const MAX_EVENTS = 300;
/** The same line within this time belongs to the same event. */
const GOING_ON_MS = 2_000;

export interface ServerLogs {
  folder: string;
  /** `cluster/node`, and the name of its log. */
  nodes: readonly { address: string; name: string }[];
  /** When the run began, ms since 1970. */
  startMs: number;
  /** The part of the run that is reported: before it servers connect to one another, after it they are taken down. */
  from: Milliseconds;
  to: Milliseconds;
}

/** The events of a run in the servers' logs; undefined where there is no log. */
export async function serverEvents(logs: ServerLogs): Promise<ServerEventsRecord | undefined> {
  const all: ServerEvent[] = [];
  let isRead = false;
  for (const { address, name } of logs.nodes) {
    const file = join(logs.folder, `${name}.log`);
    if (!existsSync(file)) continue;
    isRead = true;
    all.push(...(await eventsOf(file, address, logs)));
  }
  return isRead ? theMostTelling(all) : undefined;
}

async function eventsOf(
  file: string,
  node: string,
  { startMs, from, to }: ServerLogs,
): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  const open = new Map<string, ServerEvent & { count: number; until: Milliseconds }>();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const event = logEvent(line);
    if (event === null) continue;
    const t = event.at - startMs;
    if (t < from || t > to) continue;
    const key = keyOf(event);
    const same = open.get(key);
    if (same !== undefined && t - same.until <= GOING_ON_MS) {
      same.count += 1;
      same.until = t;
      continue;
    }
    const { kind, text } = event;
    // Never cut short here: half a secret would not be recognised as a secret.
    const opened = { t, until: t, node, kind, text, count: 1 };
    open.set(key, opened);
    events.push(opened);
  }
  return events;
}

/** Ports, ids and attempts differ from line to line of the same event; a number inside a name is part of the name. */
function keyOf({ kind, text }: LogEvent): string {
  return `${kind} ${text.replace(/(?<![\w-])\d+/g, '#')}`;
}

function theMostTelling(all: readonly ServerEvent[]): ServerEventsRecord {
  const rank = ({ kind }: ServerEvent): number => SERVER_EVENT_KINDS.indexOf(kind);
  const kept = [...all].sort((a, b) => rank(a) - rank(b) || a.t - b.t).slice(0, MAX_EVENTS);
  return { events: kept.sort((a, b) => a.t - b.t), leftOut: all.length - kept.length };
}

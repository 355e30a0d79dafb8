import {
  createReadStream,
  existsSync,
  openSync,
  closeSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventsPath } from '../../history/paths.ts';
import { redactData, type Redactor } from '../../support/redaction.ts';

/** The files that a run leaves besides its reports. */
export interface LeftBehind {
  /** The journal is still needed for the undo, and must stay as it is. */
  toUndo: boolean;
  /** The servers are still up and write their logs. */
  running: boolean;
}

/** Removes the secrets from what a run leaves in its folder, after it has been judged. */
export async function redactFolder(folder: string, redact: Redactor, left: LeftBehind): Promise<void> {
  await rewrite(eventsPath(folder), (line) => redactedJson(line, redact));
  if (!left.toUndo) await rewrite(join(folder, 'journal.ndjson'), (line) => redactedJson(line, redact));
  if (left.running) return;
  const logs = join(folder, 'logs');
  for (const name of readdirSync(logs)) await rewrite(join(logs, name), redact);
}

/** Redacted as data, so that it stays a line of JSON whatever the secret is; most lines contain none. */
function redactedJson(line: string, redact: Redactor): string {
  if (redact(line) === line) return line;
  try {
    return JSON.stringify(redactData(JSON.parse(line) as unknown, redact));
  } catch {
    // The last line of a file whose writer died may be incomplete.
    return redact(line);
  }
}

/**
 * Line by line, because a history may be larger than the memory; the file always exists, in its old or its new form.
 */
async function rewrite(path: string, change: (line: string) => string): Promise<void> {
  if (!existsSync(path)) return;
  const temporary = `${path}.partial`;
  const fd = openSync(temporary, 'w');
  let changed = false;
  try {
    let text = '';
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const now = change(line);
      changed ||= now !== line;
      text += `${now}\n`;
      if (text.length < 64 * 1024) continue;
      writeAll(fd, text);
      text = '';
    }
    writeAll(fd, text);
  } finally {
    closeSync(fd);
    if (!changed) rmSync(temporary, { force: true });
  }
  if (changed) renameSync(temporary, path);
}

/** One write may write less than it is given, above all on a full disk. */
function writeAll(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
}

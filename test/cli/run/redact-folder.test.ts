import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { redactFolder } from '../../../src/cli/run/redact-folder.ts';
import { redactor } from '../../../src/support/redaction.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-redact-'));
  for (const name of ['logs', 'history']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const get = (name: string): string => readFileSync(join(folder, name), 'utf8');

it('takes the secrets out of what a run leaves, and leaves every line what it is', async () => {
  const secret = 'ok"7';
  const ack = { type: 'ack', outcome: 'ok', error: `said ${secret} twice: ${secret}` };
  put('history/events.ndjson', `${JSON.stringify(ack)}\n{"type":"stored","seq":7}\n{"type":"de`);
  put('journal.ndjson', `${JSON.stringify({ op: 'x', args: { password: secret } })}\n`);
  put('logs/n1.log', `[INF] ${secret} is here\n[INF] nothing\n`);
  const hide = redactor([secret, 'ok']);
  await redactFolder(folder, hide, { toUndo: true, running: true });
  expect(get('history/events.ndjson')).toBe(
    '{"type":"ack","outcome":"ok","error":"said *** twice: ***"}\n{"type":"stored","seq":7}\n{"type":"de\n',
  );
  // What has yet to be undone, and what is still written, stays as it is.
  expect(get('journal.ndjson') + get('logs/n1.log')).toContain(secret);
  await redactFolder(folder, hide, { toUndo: false, running: false });
  expect(get('journal.ndjson')).toBe('{"op":"x","args":{"password":"***"}}\n');
  expect(get('logs/n1.log')).toBe('[INF] *** is here\n[INF] nothing\n');
  expect(readdirSync(folder).sort()).toEqual(['history', 'journal.ndjson', 'logs']);
  expect(readdirSync(join(folder, 'history'))).toEqual(['events.ndjson']);
});

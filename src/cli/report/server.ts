import { createReadStream, lstatSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { basename, join, resolve } from 'node:path';
import { renderHtml } from '../../report/html.ts';
import { INDEX_POLICY, renderIndex, type IndexEntry, type RunHead } from '../../report/index-page.ts';
import { messageOf } from '../../support/errors.ts';
import { headersOf, refuse, send, startLocalServer, type LocalServer } from '../local-server.ts';
import { loadSavedRun, loadWithoutReadings, savedRunNames } from './saved-runs.ts';

/** The list shows the newest runs; older ones are still available at their addresses. */
const MAX_LISTED = 200;

/**
 * Serves the runs under `out` to this machine only: their list at `/`, each report below `/runs/`.
 *
 * @param port 0 for a free one
 * @throws ChaosError `unavailable` when the port is in use
 */
export function serveReports(out: string, port: number): Promise<LocalServer> {
  const heads = new Heads(out);
  return startLocalServer(port, '--port', (url, response) => answer(url, response, out, heads));
}

function answer(url: string, response: ServerResponse, out: string, heads: Heads): void {
  if (url === '/') {
    const names = savedRunNames(out);
    const listed = names.slice(0, MAX_LISTED).map((name) => heads.entry(name));
    const page = renderIndex(listed, basename(resolve(out)), names.length - listed.length);
    send(response, 200, page, 'text/html; charset=utf-8', INDEX_POLICY);
  } else if (url === '/favicon.ico') {
    response.writeHead(204).end();
  } else {
    const run = /^\/runs\/([^/?#]+)\/report\.(html|json)$/.exec(url);
    const name = run?.[1] === undefined ? null : decoded(run[1]);
    // No part of an address becomes a path: it only selects one of the existing folders.
    const found = savedRunNames(out).find((one) => one === name);
    if (found === undefined) refuse(response, 404, 'there is no such report');
    else sendReport(response, join(out, found), run?.[2] === 'json' ? 'report.json' : 'report.html');
  }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Isolated from every other origin, so that no report can read another one. */
const REPORT_POLICY = 'sandbox allow-scripts';

function sendReport(response: ServerResponse, folder: string, file: string): void {
  const path = join(folder, file);
  const type = file === 'report.json' ? 'application/json' : 'text/html; charset=utf-8';
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined && file === 'report.html') {
    send(response, 200, renderHtml(loadSavedRun(folder)), type, REPORT_POLICY);
  } else if (stat?.isFile() !== true) {
    refuse(response, 404, 'there is no such report');
  } else {
    response.writeHead(200, { ...headersOf(type, REPORT_POLICY), 'content-length': stat.size });
    createReadStream(path, { end: Math.max(0, stat.size - 1) })
      .on('error', () => response.destroy())
      .pipe(response);
  }
}

/** What the list shows of each run; a report is read again only when it has changed. */
class Heads {
  readonly #out: string;
  readonly #known = new Map<string, { stamp: string; run: RunHead | string }>();

  constructor(out: string) {
    this.#out = out;
  }

  entry(name: string): IndexEntry {
    const { mtimeMs, size } = statSync(join(this.#out, name, 'report.json'));
    const stamp = `${mtimeMs} ${size}`;
    const known = this.#known.get(name);
    if (known?.stamp === stamp) return { name, run: known.run };
    const run = this.#read(name);
    this.#known.set(name, { stamp, run });
    return { name, run };
  }

  #read(name: string): RunHead | string {
    try {
      const saved = loadWithoutReadings(join(this.#out, name));
      const { experiment, verdict, headline, versions, startedAt, durationMs } = saved;
      return { experiment, verdict, headline, versions, startedAt, durationMs };
    } catch (thrown) {
      return messageOf(thrown);
    }
  }
}

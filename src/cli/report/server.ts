import { createReadStream, lstatSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename, join, resolve } from 'node:path';
import { renderHtml } from '../../report/html.ts';
import { INDEX_POLICY, renderIndex, type IndexEntry, type RunHead } from '../../report/index-page.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { loadSavedRun, savedRunNames } from './saved-runs.ts';

/** Newer runs first; what is older is still there under its address. */
const MAX_LISTED = 200;

export interface ReportServer {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves the runs under `out` to this machine alone: their list at `/`, each report below `/runs/`.
 *
 * @param port 0 for a free one
 * @throws ChaosError `unavailable` when the port is taken
 */
export async function serveReports(out: string, port: number): Promise<ReportServer> {
  const heads = new Heads(out);
  const server = createServer((request, response) => {
    try {
      answer(request, response, out, heads);
    } catch (thrown) {
      refuse(response, 500, messageOf(thrown));
    }
  });
  server.maxConnections = 64;
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  await listening(server, port);
  const address = server.address();
  const at = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${at}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (error) =>
      failed(
        new ChaosError('unavailable', `port ${port} cannot be used: ${error.message}`, {
          hint: 'give another one with --port, or 0 for a free one',
        }),
      ),
    );
    server.listen(port, '127.0.0.1', done);
  });
}

function answer(request: IncomingMessage, response: ServerResponse, out: string, heads: Heads): void {
  // Another site's page must not get here under a name of its own that points to this machine.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
    refuse(response, 403, 'only 127.0.0.1 and localhost are served');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405, 'only GET is served');
  } else if (request.url === '/') {
    const names = savedRunNames(out);
    const listed = names.slice(0, MAX_LISTED).map((name) => heads.entry(name));
    const page = renderIndex(listed, basename(resolve(out)), names.length - listed.length);
    send(response, page, 'text/html; charset=utf-8', INDEX_POLICY);
  } else if (request.url === '/favicon.ico') {
    response.writeHead(204).end();
  } else {
    const run = /^\/runs\/([^/?#]+)\/report\.(html|json)$/.exec(request.url ?? '');
    const name = run?.[1] === undefined ? null : decoded(run[1]);
    // Nothing of an address becomes a path: it only chooses among the folders that are there.
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

/** Apart from every other origin, so that no report can read another one. */
const REPORT_POLICY = 'sandbox allow-scripts';

function sendReport(response: ServerResponse, folder: string, file: string): void {
  const path = join(folder, file);
  const type = file === 'report.json' ? 'application/json' : 'text/html; charset=utf-8';
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined && file === 'report.html') {
    send(response, renderHtml(loadSavedRun(folder)), type, REPORT_POLICY);
  } else if (stat?.isFile() !== true) {
    refuse(response, 404, 'there is no such report');
  } else {
    response.writeHead(200, { ...headersOf(type, REPORT_POLICY), 'content-length': stat.size });
    createReadStream(path, { end: Math.max(0, stat.size - 1) })
      .on('error', () => response.destroy())
      .pipe(response);
  }
}

function headersOf(type: string, policy: string): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

function send(response: ServerResponse, body: string, type: string, policy: string): void {
  response.writeHead(200, headersOf(type, policy));
  response.end(body);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, headersOf('text/plain; charset=utf-8', "default-src 'none'"));
  response.end(`${why}\n`);
}

/** What the list shows of each run; a report is read once, as long as it stays as it is. */
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
      const saved = loadSavedRun(join(this.#out, name));
      const { experiment, verdict, headline, versions, startedAt, durationMs } = saved;
      return { experiment, verdict, headline, versions, startedAt, durationMs };
    } catch (thrown) {
      return messageOf(thrown);
    }
  }
}

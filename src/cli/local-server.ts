import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ChaosError, messageOf } from '../support/errors.ts';

export interface LocalServer {
  /** `http://127.0.0.1:<port>/`. */
  url: string;
  close(): Promise<void>;
}

/** Answers a GET of a path, which is exactly as the client wrote it. */
export type Answer = (url: string, response: ServerResponse) => void | Promise<void>;

/**
 * An HTTP server for this machine only, with limits on connections and time.
 *
 * @param port 0 for a free one
 * @param option the option that chose the port, for the message when it is in use
 * @throws ChaosError `unavailable` when the port is in use
 */
export async function startLocalServer(port: number, option: string, answer: Answer): Promise<LocalServer> {
  const server = createServer((request, response) => {
    answerLocally(request, response, answer).catch((thrown: unknown) => {
      refuse(response, 500, messageOf(thrown));
    });
  });
  server.maxConnections = 64;
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  await listening(server, port, option);
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

function listening(server: Server, port: number, option: string): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (error) =>
      failed(
        new ChaosError('unavailable', `port ${port} cannot be used: ${error.message}`, {
          hint: `give another one with ${option}, or 0 for a free one`,
        }),
      ),
    );
    server.listen(port, '127.0.0.1', done);
  });
}

async function answerLocally(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  // Another site's page must not reach this server by a host name of its own that points to this machine.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
    refuse(response, 403, 'only 127.0.0.1 and localhost are served');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405, 'only GET is served');
  } else {
    await answer(request.url ?? '', response);
  }
}

export function headersOf(type: string, policy: string): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

export function send(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
  policy = "default-src 'none'",
): void {
  response.writeHead(status, headersOf(type, policy));
  response.end(body);
}

export function refuse(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) response.destroy();
  else send(response, status, `${why}\n`);
}

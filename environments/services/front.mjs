// A small front: it passes HTTP requests on to the replicas of the service behind it, one after the other.
import { createServer, get } from 'node:http';

const { API = '', PORT, LISTEN = '127.0.0.1' } = process.env;
const backends = API.split(',');
const ANSWER_MS = 700;

/** The status of a backend's answer; 0 without an answer in time. */
function ask(backend, path) {
  return new Promise((resolve) => {
    const request = get(`http://${backend}${path}`, { agent: false, timeout: ANSWER_MS }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(0));
    request.once('close', () => resolve(0));
  });
}

const server = createServer(async (request, response) => {
  const answers = await Promise.all(backends.map((backend) => ask(backend, '/health')));
  const status = answers.includes(200) ? 200 : 503;
  response.writeHead(request.url === '/health' ? status : 404).end();
});
server.listen(Number(PORT), LISTEN, () =>
  process.stdout.write(`listening on ${PORT}, in front of ${API}\n`),
);

process.once('SIGTERM', () => process.exit(0));

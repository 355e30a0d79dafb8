// A small service: it answers requests on NATS with what they contain, and says over HTTP whether it reaches NATS.
import { createServer } from 'node:http';
import { connect } from '@nats-io/transport-node';

const { NATS_URLS = '', NATS_USER, NATS_PASSWORD, PORT, LISTEN = '127.0.0.1', SUBJECT = 'orders.check' } = process.env;
const HEALTH_MS = 500;

const nats = await connect({
  servers: NATS_URLS.split(','),
  user: NATS_USER,
  pass: NATS_PASSWORD,
  name: process.env.NAME,
  maxReconnectAttempts: -1,
  reconnectTimeWait: 200,
  pingInterval: 1_000,
  maxPingOut: 2,
  // It connects to these addresses only: servers tell others, which lead past the links of this service.
  ignoreClusterUpdates: true,
});
const requests = nats.subscribe(SUBJECT, { queue: 'api' });
void (async () => {
  for await (const request of requests) request.respond(request.data);
})();

/** Whether NATS answers within the time. */
async function reachesNats() {
  const late = new Promise((resolve) => setTimeout(() => resolve(false), HEALTH_MS));
  const answered = nats.rtt().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]);
}

const server = createServer(async (request, response) => {
  if (request.url !== '/health') response.writeHead(404).end();
  else if (await reachesNats()) response.writeHead(200).end('ok\n');
  else response.writeHead(503).end('NATS does not answer\n');
});
server.listen(Number(PORT), LISTEN, () => process.stdout.write(`listening on ${PORT}\n`));

process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await nats.drain().catch(() => undefined);
  process.exit(0);
});

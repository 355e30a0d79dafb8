// A small shop: it keeps orders in Redis or PostgreSQL, each once, and says over HTTP whether its store answers.
import { createServer } from 'node:http';

const { STORE, ADDRESS = '', PORT } = process.env;
const ANSWER_MS = 800;

/** @returns {{ keep(id: string, order: string): Promise<void>, ping(): Promise<void> }} */
async function redisStore() {
  const { Redis } = await import('ioredis');
  const redis = new Redis(`redis://${ADDRESS}`, {
    commandTimeout: ANSWER_MS,
    connectTimeout: ANSWER_MS,
    // What cannot be sent fails at once; the client of the shop may try again.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 100,
    // A connection on which nothing is answered is made anew.
    socketTimeout: 2 * ANSWER_MS,
  });
  redis.on('error', (error) => process.stderr.write(`${error.message}\n`));
  return {
    keep: async (id, order) => void (await redis.set(`order:${id}`, order, 'NX')),
    ping: async () => void (await redis.ping()),
  };
}

async function postgresStore() {
  const { default: pg } = await import('pg');
  const [host, port] = ADDRESS.split(':');
  const times = { connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS };
  const pool = new pg.Pool({ host, port: Number(port), user: 'postgres', database: 'postgres', max: 8, ...times });
  pool.on('error', (error) => process.stderr.write(`${error.message}\n`));
  await pool.query('CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY, content text NOT NULL)');
  return {
    keep: async (id, order) =>
      void (await pool.query('INSERT INTO orders VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, order])),
    ping: async () => void (await pool.query('SELECT 1')),
  };
}

const store = STORE === 'postgres' ? await postgresStore() : await redisStore();

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const server = createServer(async (request, response) => {
  try {
    if (request.url === '/health') {
      await store.ping();
      response.writeHead(200).end('ok\n');
    } else if (request.method === 'POST' && request.url === '/orders') {
      await store.keep(request.headers['idempotency-key'], await bodyOf(request));
      response.writeHead(201).end();
    } else response.writeHead(404).end();
  } catch (error) {
    // It may be kept or not: the same request may be sent again.
    response.writeHead(503).end(`${error.message}\n`);
  }
});
server.listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`listening on ${PORT}\n`));

process.once('SIGTERM', () => process.exit(0));

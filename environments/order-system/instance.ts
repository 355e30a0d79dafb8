import Fastify, { type FastifyInstance } from 'fastify';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Redis } from 'ioredis';
import { answers, reportOf, type Health } from './health.ts';
import { Metrics } from './metrics.ts';
import { connectNats } from './nats.ts';
import { connectRedis } from './redis.ts';
import { readSettings, type Settings } from './settings.ts';
import { startTracing, type Tracing } from './tracing.ts';

/** What every program of the order system has. */
export interface Instance {
  settings: Settings;
  nats: NatsConnection;
  redis: Redis;
  metrics: Metrics;
  tracing: Tracing;
  /** HTTP, with `/health` and `/metrics`. */
  http: FastifyInstance;
}

/** What a program adds. */
export interface Program {
  /** Takes no new work, and returns once what was begun is done. */
  drain: () => Promise<void>;
}

/**
 * Starts a program of the order system and keeps it running until SIGTERM or SIGINT; then what was begun is completed.
 *
 * @param start connects the program's own routes and subscriptions
 */
export async function runInstance(
  service: string,
  start: (instance: Instance) => Promise<Program>,
): Promise<void> {
  const settings = readSettings(process.env);
  const { name, version } = settings;
  const nats = await connectNats(settings);
  const redis = await connectRedis(settings);
  const metrics = new Metrics({ service, replica: name, version });
  const tracing = startTracing(service, { name, version }, settings.traces);
  const http = Fastify({ return503OnClosing: false, forceCloseConnections: 'idle' });
  const instance: Instance = { settings, nats, redis: redis.master, metrics, tracing, http };

  let isDraining = false;
  http.addHook('onSend', (_request, reply, _payload, done) => {
    void reply.header('x-instance', name).header('x-version', version);
    // A client that keeps its connection would meet a closed one.
    if (isDraining) void reply.header('connection', 'close');
    done();
  });
  http.get('/health', async (_request, reply) => {
    const health = await healthOf(instance, isDraining);
    return reply.code(health.status === 'Healthy' ? 200 : 503).send(health);
  });
  http.get('/metrics', (_request, reply) => reply.type('text/plain; version=0.0.4').send(metrics.text()));

  const program = await start(instance);
  await http.listen({ host: settings.host, port: settings.port });
  say(`${name} (version ${version}) listens on ${settings.host}:${settings.port}`);

  const end = async (): Promise<void> => {
    if (isDraining) return;
    isDraining = true;
    say(`${name} completes what was begun`);
    await Promise.all([http.close(), program.drain()]);
    await nats.drain().catch(() => undefined);
    await Promise.all([redis.close(), tracing.close()]);
    say(`${name} has ended`);
    process.exit(0);
  };
  process.once('SIGTERM', () => void end());
  process.once('SIGINT', () => void end());
}

export function say(text: string): void {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}

/** Each part is asked now, and has half a second. */
async function healthOf({ nats, redis }: Instance, isDraining: boolean): Promise<Health> {
  const [natsAnswers, redisAnswers] = await Promise.all([answers(nats.rtt()), answers(redis.ping())]);
  return reportOf({ core: !isDraining, nats: natsAnswers, redis: redisAnswers });
}

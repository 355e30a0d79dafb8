/** What a program of the order system reads from its environment variables. */
export interface Settings {
  /** Of this instance, such as `order-service-2`. */
  name: string;
  /** Of this build; answers carry it, so that a rolling update can be followed. */
  version: string;
  /** Parts the subjects and streams of several regions; empty: there is one. */
  region: string;
  /** Where it listens for HTTP. */
  host: string;
  port: number;
  nats: { servers: string[]; user?: string; pass?: string };
  redis: {
    /** `host:port` of each Sentinel; empty: there is one Redis, the first of `addresses`. */
    sentinels: string[];
    /** `host:port` of each Redis, as this instance reaches it. */
    addresses: string[];
    /** The name by which Sentinel knows the master. */
    master: string;
  };
  orders: {
    /** How long a request of a client may take, with all attempts. */
    deadlineMs: number;
    /** How long one attempt may take. */
    attemptMs: number;
    /** How many orders an OrderService works on at the same time. */
    concurrency: number;
    /** How long the work on an order takes beside what it asks of Redis and NATS. */
    workMs: number;
    /** How many replicas of Redis must have an order before it is confirmed. */
    replicas: number;
  };
  /** Where spans are sent; undefined: nowhere. */
  traces?: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The settings of a program of the order system.
 *
 * @param needsNats false for one that does not connect to NATS
 * @throws Error that names every variable that is missing or wrong
 */
export function readSettings(env: Variables, needsNats = true): Settings {
  const problems: string[] = [];
  const text = (name: string, otherwise?: string): string => {
    const value = env[name] ?? '';
    if (value !== '') return value;
    if (otherwise === undefined) problems.push(`${name} is not set`);
    return otherwise ?? '';
  };
  const list = (name: string, otherwise?: string): string[] =>
    text(name, otherwise)
      .split(',')
      .filter((one) => one !== '');
  const whole = (name: string, otherwise: number | undefined, min: number, max: number): number => {
    const value = text(name, otherwise?.toString());
    const number = Number(value);
    if (value !== '' && !(Number.isInteger(number) && number >= min && number <= max))
      problems.push(`${name} is "${value}": expected a whole number from ${min} to ${max}`);
    return number;
  };

  const settings: Settings = {
    name: text('NAME'),
    version: text('VERSION', '1'),
    region: text('REGION', ''),
    host: text('HOST', '127.0.0.1'),
    port: whole('PORT', undefined, 1, 65_535),
    nats: { servers: list('NATS_URLS', needsNats ? undefined : ''), ...login(env) },
    redis: {
      sentinels: list('REDIS_SENTINELS', ''),
      addresses: list('REDIS_ADDRESSES'),
      master: text('REDIS_MASTER', 'orders'),
    },
    orders: {
      deadlineMs: whole('ORDER_DEADLINE_MS', 6_000, 1, 60_000),
      attemptMs: whole('ORDER_ATTEMPT_MS', 500, 1, 60_000),
      concurrency: whole('ORDER_CONCURRENCY', 64, 1, 10_000),
      workMs: whole('ORDER_WORK_MS', 0, 0, 60_000),
      replicas: whole('ORDER_REPLICAS', 0, 0, 10),
    },
    ...(env['OTEL_EXPORTER_OTLP_ENDPOINT'] ? { traces: env['OTEL_EXPORTER_OTLP_ENDPOINT'] } : {}),
  };
  if (problems.length > 0) throw new Error(`wrong environment variables: ${problems.join('; ')}`);
  return settings;
}

function login({ NATS_USER, NATS_PASSWORD }: Variables): { user?: string; pass?: string } {
  return NATS_USER === undefined ? {} : { user: NATS_USER, pass: NATS_PASSWORD ?? '' };
}

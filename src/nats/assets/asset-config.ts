/**
 * The configuration of a stream that a workload makes. It carries the number of the write twice: in words, and in a field
 * that takes effect, so that a configuration of which only a part was applied is recognised.
 */
export function streamConfig(
  stream: string,
  identity: string,
  value: number,
  { replicas, storage }: { replicas: number; storage: 'file' | 'memory' },
): Record<string, unknown> {
  return {
    name: stream,
    subjects: [`${stream}.>`],
    storage,
    retention: 'limits',
    num_replicas: replicas,
    description: identity,
    max_msgs: value,
  };
}

/** The same of a consumer. */
export function consumerConfig(consumer: string, identity: string, value: number): Record<string, unknown> {
  return {
    durable_name: consumer,
    ack_policy: 'explicit',
    description: identity,
    max_ack_pending: value,
  };
}

interface Held {
  description?: string;
  max_msgs?: number;
  max_ack_pending?: number;
  num_replicas?: number;
  subjects?: string[];
}

/** The number of the write that a configuration is of, and how it is another than was asked; 0 for none. */
export function writeOf(
  kind: 'stream' | 'consumer',
  { description = '', max_msgs: most, max_ack_pending: pending, num_replicas: held, subjects }: Held,
  expected: { prefix: string; replicas: number; subject: string },
): { value: number; wrong: string | null } {
  const { prefix, replicas, subject } = expected;
  const value = description.startsWith(prefix) ? Number(description.slice(prefix.length)) : 0;
  if (!Number.isInteger(value) || value <= 0)
    return { value: 0, wrong: `its description is "${description}"` };
  const [field, actual] = kind === 'stream' ? ['max_msgs', most] : ['max_ack_pending', pending];
  if (actual !== value) return { value, wrong: `${field} is ${actual}, and ${value} was asked` };
  if (kind === 'consumer') return { value, wrong: null };
  if (held !== replicas) return { value, wrong: `num_replicas is ${held}, and ${replicas} was asked` };
  const isSubject = subjects?.length === 1 && subjects[0] === subject;
  return { value, wrong: isSubject ? null : `its subjects are ${subjects?.join(', ')}` };
}

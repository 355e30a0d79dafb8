/** What of a stream's configuration, in the server's form, decides whether it removes messages. */
interface Limits {
  discard?: unknown;
  retention?: unknown;
  max_msgs?: unknown;
  max_bytes?: unknown;
  max_age?: unknown;
  max_msgs_per_subject?: unknown;
  allow_msg_ttl?: unknown;
}

/** Whether the stream may remove messages by itself. */
export function mayExpire(config: Limits): boolean {
  const bounded = config.discard === 'old' && (isLimit(config.max_msgs) || isLimit(config.max_bytes));
  return (
    config.allow_msg_ttl === true ||
    config.retention !== 'limits' ||
    isLimit(config.max_age) ||
    isLimit(config.max_msgs_per_subject) ||
    bounded
  );
}

function isLimit(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}

/** One operation as the oracles see it. */
export interface OracleOperation {
  client: number;
  t: number;
  /** Infinity for one that may take effect at any later time. */
  end: number;
  key: string;
  /** `unseen`: a write that may have taken effect, with a revision that nobody knows. */
  kind: 'write' | 'read' | 'refused' | 'unseen';
  revision: number;
  /** -1: unconditional. */
  expected: number;
}

interface State {
  /** By key: the revision of the last known write, and how many of unknown revisions came after it. */
  keys: Readonly<Record<string, { revision: number; unseen: number }>>;
  /** The highest revision of all keys. */
  highest: number;
}

/**
 * Whether the operations can be put in an order that a bucket would allow, by trying all orders (Wing & Gong), with a
 * memory of what was tried (Lowe).
 *
 * @param precedes whether one operation must come before another
 */
export function canBeOrdered(
  operations: readonly OracleOperation[],
  precedes: (a: OracleOperation, b: OracleOperation) => boolean,
): boolean {
  const before = operations.map((b) =>
    operations.flatMap((a, at) => (a !== b && a.kind !== 'unseen' && precedes(a, b) ? [at] : [])),
  );
  const tried = new Set<string>();
  const search = (done: bigint, state: State): boolean => {
    const isDone = (at: number): boolean => ((done >> BigInt(at)) & 1n) === 1n;
    if (operations.every((one, at) => one.kind === 'unseen' || isDone(at))) return true;
    const memory = `${done} ${JSON.stringify(state)}`;
    if (tried.has(memory)) return false;
    tried.add(memory);
    return operations.some((operation, at) => {
      if (isDone(at) || !before[at]?.every(isDone)) return false;
      const next = step(state, operation);
      return next !== undefined && search(done | (1n << BigInt(at)), next);
    });
  };
  return search(0n, { keys: {}, highest: 0 });
}

function step(state: State, { key, kind, revision, expected }: OracleOperation): State | undefined {
  const now = state.keys[key] ?? { revision: 0, unseen: 0 };
  const isAt = (one: number): boolean => now.unseen === 0 && now.revision === one;
  const become = (next: typeof now): State => ({
    keys: { ...state.keys, [key]: next },
    highest: Math.max(state.highest, next.revision),
  });
  const free = expected < 0 || isAt(expected);
  switch (kind) {
    case 'write': {
      const rises = revision > state.highest && revision > now.revision + now.unseen;
      return rises && free ? become({ revision, unseen: 0 }) : undefined;
    }
    case 'read':
      return isAt(revision) ? state : undefined;
    case 'refused':
      return isAt(expected) ? undefined : state;
    case 'unseen':
      return free ? become({ ...now, unseen: now.unseen + 1 }) : undefined;
  }
}

/** Real time: what had ended before another was sent comes first. */
export const inRealTime = (a: OracleOperation, b: OracleOperation): boolean => a.end < b.t;

/** The order of each client; and a write has no effect on what had ended before it was sent, whatever is claimed. */
export const inSessions = (a: OracleOperation, b: OracleOperation): boolean =>
  (a.client === b.client && a.end !== Infinity && b.end !== Infinity && a.t < b.t) ||
  ((b.kind === 'write' || b.kind === 'unseen') && a.end < b.t);

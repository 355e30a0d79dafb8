import fc from 'fast-check';
import type { OracleOperation } from '../oracle/search.ts';
import type { Op } from './history.ts';

interface Step {
  client: number;
  key: number;
  kind: 'put' | 'update' | 'delete' | 'get';
  delay: number;
  duration: number;
  /** Where between sending and answer it takes effect, 0 to 1. */
  point: number;
  /** `late`: it has no answer, and takes effect some time later; `never`: it has none, and no effect. */
  unanswered: 'no' | 'late' | 'never';
  /** Revisions that are left out before its own. */
  gap: number;
  /** How it departs from what a bucket would do. */
  spoil: 'no' | 'other-revision' | 'accepted' | 'refused' | 'swap';
  pick: number;
}

const rarely = <T>(usual: T, ...rare: T[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...rare) });

const step = (keys: number): fc.Arbitrary<Step> =>
  fc.record({
    client: fc.nat(2),
    key: fc.nat(keys - 1),
    kind: fc.constantFrom('put', 'update', 'update', 'delete', 'get', 'get', 'get'),
    delay: fc.nat(4),
    duration: fc.nat(9),
    point: fc.double({ min: 0, max: 1, noNaN: true }),
    unanswered: rarely<Step['unanswered']>('no', 'late', 'never'),
    gap: fc.nat(1),
    spoil: fc.oneof(
      { weight: 24, arbitrary: fc.constant('no' as const) },
      { weight: 2, arbitrary: fc.constantFrom('other-revision', 'accepted', 'refused', 'swap') },
    ),
    pick: fc.nat(100),
  });

/** Histories of a few clients as a bucket would give them, and some that depart from it in one or more places. */
export const generated = (keys: number): fc.Arbitrary<Op[]> =>
  fc.array(step(keys), { minLength: 1, maxLength: 11 }).map(carriedOut);

interface Pending extends Step {
  t: number;
  end: number;
  effectAt: number;
  value: number;
}

/** Lets each step take effect at its point, in the order of these. */
function carriedOut(steps: readonly Step[]): Op[] {
  const free = [1, 1, 1];
  const pending = steps.map((one, at): Pending => {
    const t = (free[one.client] ?? 0) + one.delay;
    const end = t + one.duration;
    free[one.client] = end + 1;
    const effectAt =
      one.unanswered === 'late' ? t + one.duration * 3 * one.point : t + one.duration * one.point;
    return { ...one, t, end, effectAt, value: at + 2 };
  });
  const known = new Map<string, number>();
  const now = new Map<string, { revision: number; value: number }>([['k0', { revision: 1, value: 1 }]]);
  const all = new Map<string, { revision: number; value: number }[]>([['k0', [{ revision: 1, value: 1 }]]]);
  let revision = 1;
  const ops: Op[] = [
    { op: 'put', key: 'k0', t: 0, end: 0, value: 1, revision: 1 },
    { op: 'get', key: 'k0', t: 0, end: 0, value: 1, revision: 1 },
  ];
  for (const one of [...pending].sort((a, b) => a.effectAt - b.effectAt)) {
    const key = `k${one.key}`;
    const there = now.get(key) ?? { revision: 0, value: 0 };
    const mine = `${one.client} ${key}`;
    const base = { client: one.client, key, t: one.t, end: one.end };
    if (one.kind === 'get') {
      if (one.unanswered !== 'no') continue;
      const writes = [{ revision: 0, value: 0 }, ...(all.get(key) ?? [])];
      const seen = one.spoil === 'no' ? there : (writes[one.pick % writes.length] ?? there);
      known.set(mine, seen.revision);
      ops.push({ ...base, op: 'get', ...seen });
      continue;
    }
    const expected = one.kind === 'update' ? (known.get(mine) ?? 0) : 0;
    const wins = one.kind !== 'update' || expected === there.revision || one.spoil === 'accepted';
    const condition = one.kind === 'update' ? { expected } : {};
    const write = { ...base, op: one.kind, value: one.value, ...condition };
    const effective =
      wins && one.unanswered !== 'never' && !(one.kind === 'update' && one.spoil === 'refused');
    if (effective) {
      revision += 1 + one.gap;
      const at = one.spoil === 'swap' ? Math.max(1, revision - 2) : revision;
      now.set(key, { revision: at, value: one.value });
      all.set(key, [...(all.get(key) ?? []), { revision: at, value: one.value }]);
      if (one.unanswered === 'no') {
        known.set(mine, at);
        ops.push({ ...write, revision: at });
      }
    } else if (one.unanswered === 'no')
      ops.push({ ...write, status: { outcome: 'failed', refused: 'revision' } });
    if (one.unanswered !== 'no') ops.push({ ...write, status: { outcome: 'unknown' } });
  }
  return ops.sort((a, b) => (a.end ?? a.t) - (b.end ?? b.t));
}

/** The same history for the oracles: a write without an answer has the revision at which somebody read it. */
export function forOracle(ops: readonly Op[]): OracleOperation[] {
  const seen = new Map(
    ops.flatMap(({ op, value, revision = 0 }) => (op === 'get' ? [[value, revision]] : [])),
  );
  return ops.map(({ client = 0, op, key = 'k', t, end = t, value = 0, revision = 0, expected, status }) => {
    const shown = status?.outcome === 'unknown' ? (seen.get(value) ?? 0) : revision;
    const kind =
      op === 'get' ? 'read' : status?.outcome === 'failed' ? 'refused' : shown === 0 ? 'unseen' : 'write';
    const until = status?.outcome === 'unknown' ? Infinity : end;
    return { client, t, end: until, key, kind, revision: shown, expected: expected ?? -1 };
  });
}

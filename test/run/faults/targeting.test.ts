import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeInfo } from '../../../src/drivers/driver.ts';
import type { SystemContext } from '../../../src/faults/fault.ts';
import type { FaultPlan } from '../../../src/plan/plan.ts';
import { conflictingNodes } from '../../../src/run/faults/conflicts.ts';
import { newRecord, type Injection } from '../../../src/run/faults/injection.ts';
import { Injections } from '../../../src/run/faults/injections.ts';
import { Targeting } from '../../../src/run/faults/targeting.ts';
import { ChaosError } from '../../../src/support/errors.ts';
import { seededRandom } from '../../../src/support/random.ts';

const nodes: NodeInfo[] = ['c/1', 'c/2', 'c/3', 'c/4', 'c/5'].map((address) => ({
  address,
  cluster: 'c',
  name: address.slice(2),
  client: '',
  monitor: '',
}));
const never = new AbortController().signal;

/** Faults on a cluster of five, whose roles are drawn: nobody is asked, but for a stream that has no leader. */
function world(maxNodesDown = 5, seed = 1, signal = never) {
  const injections = new Injections(nodes, maxNodesDown);
  const ctx = {
    driver: {},
    nodes,
    links: [],
    random: seededRandom(seed),
    signal,
    observer: { streamLeader: () => Promise.reject(new ChaosError('timeout', 'no leader')) },
  } as unknown as SystemContext;
  const targeting = new Targeting(ctx, injections);
  let number = 0;
  const resolve = (kind: string, at: string | string[], policy: FaultPlan['onConflict'], over = never) => {
    number += 1;
    const id = `${kind}#${number}`;
    const plan: FaultPlan = { id, kind, title: id, keep: false, onConflict: policy, options: { nodes: at } };
    return targeting.resolveTargets(plan, newRecord(plan, 1, 'p'), over);
  };
  return { injections, resolve };
}

async function resolved(resolving: ReturnType<ReturnType<typeof world>['resolve']>): Promise<Injection> {
  const found = await resolving;
  if ('conflict' in found) throw new Error(found.conflict);
  return found;
}

describe('the targets of a fault', () => {
  it('draws among nodes that no other fault holds, and the same ones for the same seed', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const draw = async () => {
        const { resolve } = world(5, seed);
        await resolve('kill', ['c/1', 'c/2'], 'end');
        const one = await resolved(resolve('pause', 'c@40%', 'skip'));
        const last = await resolved(resolve('stop', 'c@any', 'end'));
        return [...one.target.nodes, ...last.target.nodes];
      };
      const drawn = await draw();
      expect([...drawn].sort()).toEqual(['c/3', 'c/4', 'c/5']);
      expect(await draw()).toEqual(drawn);
    }
  });

  it('is skipped where too few are free, or its node is held, and says by whom', async () => {
    const { resolve } = world();
    await resolve('kill', ['c/1', 'c/2', 'c/3'], 'end');
    expect(await resolve('pause', 'c@majority', 'skip')).toEqual({
      conflict: 'c@majority: 2 of 5 nodes are free of other faults, and 3 are wanted',
    });
    expect(await resolve('pause', 'c/2', 'skip')).toEqual({ conflict: 'c/2 is held by kill#1 (kill#1)' });
  });

  it('is made all the same where it ends the run: what shows then decides', async () => {
    const { resolve } = world();
    await resolve('kill', 'c/1', 'end');
    expect((await resolved(resolve('pause', 'c/1', 'end'))).target.nodes).toEqual(['c/1']);
  });

  it('is not made beyond the blast radius, whatever it does then', async () => {
    const { resolve } = world(2);
    await resolve('kill', ['c/1', 'c/2'], 'end');
    const conflict = expect.stringMatching(/^3 of 5 nodes of c would be down at once/) as string;
    expect(await resolve('pause', 'c@any', 'skip')).toEqual({ conflict });
    expect(await resolve('pause', 'c/3', 'end')).toEqual({ conflict });
  });

  it('waits until the other is gone', async () => {
    const { resolve, injections } = world(1);
    const first = await resolved(resolve('kill', 'c/1', 'end'));
    const waiting = resolve('pause', ['c/1'], 'wait');
    const any = resolve('pause', 'c@any', 'wait');
    injections.forget(first.record.id);
    const won = await Promise.race([resolved(waiting), resolved(any)]);
    injections.forget(won.record.id);
    expect((await resolved(waiting)).target.nodes).toEqual(['c/1']);
    expect((await resolved(any)).target.nodes).toHaveLength(1);
  });

  it('waits no longer than its phase', async () => {
    const { resolve } = world();
    await resolve('kill', 'c/1', 'end');
    const over = new AbortController();
    const waiting = resolve('pause', 'c/1', 'wait', over.signal);
    over.abort();
    expect(await waiting).toEqual({ conflict: 'c/1 is held by kill#1 (kill#1)' });
  });

  it('waits for what is being undone on its nodes, even where it ends the run', async () => {
    const { resolve, injections } = world(1);
    const first = await resolved(resolve('kill', 'c/1', 'end'));
    let gone: () => void = () => undefined;
    void injections.remove(first.record.id, () => new Promise((done) => (gone = () => done(true))));
    const waiting = [resolve('pause', 'c/1', 'end'), resolve('stop', 'c@any', 'skip')];
    injections.forget(first.record.id);
    gone();
    const found = await Promise.all(waiting);
    // Only one of the two may be down: the other one has met it.
    expect(found.filter((one) => 'conflict' in one)).toHaveLength(1);
  });

  it('that finds nobody with a role has met what may have cost it; otherwise that is a failure', async () => {
    const over = new AbortController();
    over.abort();
    const { resolve } = world();
    expect(await resolve('pause', 'c/s@leader', 'skip', over.signal)).toEqual({
      conflict: 'its phase ended before somebody had the role',
    });
    const interrupt = new AbortController();
    const { resolve: interrupted } = world(5, 1, interrupt.signal);
    interrupt.abort();
    await expect(interrupted('pause', 'c/s@leader', 'skip')).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('in any order of faults that come and go', () => {
  const step = fc.record({
    kind: fc.constantFrom('kill', 'pause', 'stop', 'crash-loop', 'reload'),
    at: fc.constantFrom('c@any', 'c@40%', 'c@minority', 'c@majority', 'c/1', 'c/2', 'c@all'),
    /** How many steps later it goes. */
    lasts: fc.integer({ min: 1, max: 4 }),
  });

  it('no two meet, no more are down than may be, and the same seed draws the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        async (steps, most, seed) => {
          const play = async () => {
            const { resolve, injections } = world(most, seed);
            let held: { injection: Injection; until: number }[] = [];
            const log: string[] = [];
            for (const [now, { kind, at, lasts }] of steps.entries()) {
              for (const { injection, until } of held)
                if (until <= now) injections.forget(injection.record.id);
              held = held.filter(({ until }) => until > now);
              const found = await resolve(kind, at, 'skip');
              if ('conflict' in found) {
                log.push(found.conflict);
                continue;
              }
              for (const { injection } of held) expect(conflictingNodes(found, injection)).toEqual([]);
              held.push({ injection: found, until: now + lasts });
              const down = held.flatMap(({ injection }) =>
                injection.fault.takesNodesDown === true ? injection.target.nodes : [],
              );
              expect(new Set(down).size).toBeLessThanOrEqual(most);
              log.push(found.target.nodes.join());
            }
            return log;
          };
          expect(await play()).toEqual(await play());
        },
      ),
      { numRuns: 60 },
    );
  });
});

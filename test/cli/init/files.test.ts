import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultAnswers } from '../../../src/cli/init/answers.ts';
import { checkFiles, filesFor } from '../../../src/cli/init/make-files.ts';
import { writeFiles } from '../../../src/cli/init/new-files.ts';
import { RECIPES } from '../../../src/cli/init/recipes.ts';
import { schemaLink } from '../../../src/cli/init/schema-link.ts';
import { settle, type Surroundings, type Wishes } from '../../../src/cli/init/settle.ts';
import { loadExperiment } from '../../../src/experiment/load.ts';
import { faults } from '../../../src/faults/index.ts';
import { driverOffer, OFFERS } from '../../../src/plan/driver-offer.ts';
import { ChaosError } from '../../../src/support/errors.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-init-test-'));
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

/** On a machine that has everything. */
function around(driver = 'process'): Surroundings {
  return {
    cwd: process.cwd(),
    env: {},
    experiments: join(base, 'experiments'),
    offerFor: () => driverOffer(driver),
    taken: () => null,
  };
}

/** Makes what is wished for, as far as it goes. @returns why it does not go, or null */
async function refusal(wishes: Wishes, driver = 'process'): Promise<string | null> {
  const surroundings = around(driver);
  try {
    const settled = await settle('made', wishes, defaultAnswers(), surroundings);
    checkFiles(settled, filesFor(settled, base), surroundings);
    return null;
  } catch (thrown) {
    if (thrown instanceof ChaosError && thrown.code === 'usage') return thrown.message;
    throw thrown;
  }
}

const kinds = faults.map(({ kind }) => kind);

describe('what chaos init makes', () => {
  it('has a recipe for every fault there is', () => {
    expect(Object.keys(RECIPES).sort()).toEqual([...kinds].sort());
  });

  it.each(kinds)('is valid for %s on clusters of every size, or says what they lack', async (fault) => {
    const refusals = new Map<number, string | null>();
    for (const nodes of [1, 2, 3, 4, 5]) refusals.set(nodes, await refusal({ fault, nodes: String(nodes) }));
    // On the largest, nothing is lacking.
    expect(refusals.get(5)).toBeNull();
    for (const why of refusals.values())
      if (why !== null) expect(why).toMatch(new RegExp(`^--fault ${fault}: the environment lacks `));
  });

  it('is valid whatever is wished for', async () => {
    const size = fc
      .record({ clusters: fc.integer({ min: 1, max: 4 }), nodes: fc.integer({ min: 1, max: 7 }) })
      .chain(({ clusters, nodes }) =>
        fc.record({
          clusters: fc.constant(String(clusters)),
          nodes: fc.constant(String(nodes)),
          replicas: fc.integer({ min: 1, max: Math.min(5, nodes) }).map(String),
        }),
      );
    const wish = fc.record({
      size,
      mirror: fc.option(fc.boolean(), { nil: undefined }),
      nats: fc.constantFrom('2.12', '2.10.22', 'latest', './nats-server'),
      fault: fc.constantFrom(...kinds),
      driver: fc.constantFrom(...OFFERS.map(({ driver }) => driver)),
    });
    await fc.assert(
      fc.asyncProperty(wish, async ({ size: sizes, mirror, driver, ...rest }) => {
        const why = await refusal({ ...sizes, ...(mirror === undefined ? {} : { mirror }), ...rest }, driver);
        if (why !== null) expect(why).toMatch(/^--fault [\w-]+: (the environment lacks|it needs) /);
      }),
      { numRuns: 250 },
    );
  });

  it.each(['dual-mirror', 'external-mirror', 'one-zone', 'one-zone-sync-always'])(
    'is valid on the shipped environment %s for every fault that goes there',
    async (environment) => {
      const refused = await Promise.all(
        kinds.map(async (fault) => ({ fault, why: await refusal({ environment, fault }) })),
      );
      const lacking = refused.flatMap(({ fault, why }) => (why === null ? [] : [fault]));
      const power = environment === 'one-zone-sync-always' ? [] : ['power-failure'];
      expect(lacking).toEqual(['majorities-ring', 'certificate', 'fill-storage', 'fill-account', ...power]);
    },
  );

  it('says exactly the title that was wished for, whatever is in it', async () => {
    const title = fc
      .oneof(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.string({ unit: fc.constantFrom(...Array.from(': #{}[],&*!|>\'"%@`$-?\\ ab\u2028\u0085\ufeff')) }),
      )
      .filter((text) => text.length > 0 && text.trim() === text && !/[\p{Cc}\p{Cs}]/u.test(text));
    await fc.assert(
      fc.asyncProperty(title, async (wished) => {
        const surroundings = around();
        const settled = await settle('made', { title: wished }, defaultAnswers(), surroundings);
        writeFiles(filesFor(settled, base), base);
        const { experiment } = loadExperiment(join(base, 'experiments/made.yaml'), { env: {} });
        expect(experiment.value.title).toBe(wished);
      }),
      { numRuns: 100 },
    );
  });

  it('names a schema that is there, beside the files or in the package of the same project', async () => {
    const settled = await settle('made', {}, defaultAnswers(), around());
    const files = filesFor(settled, base);
    writeFiles(files, base);
    const made = files.filter(({ path }) => path.endsWith('.yaml'));
    expect(made).toHaveLength(2);
    for (const { path } of made) {
      const schema = /\$schema=(\S+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
      expect(JSON.parse(readFileSync(resolve(dirname(path), schema), 'utf8'))).toHaveProperty('title');
    }
    expect(schemaLink('/p', '/p').from('/p/experiments', 'experiment')).toBe(
      '../schema/experiment.schema.json',
    );
    expect(schemaLink('/p/chaos', '/p/node_modules/nats-chaos').from('/p/chaos/experiments', 'x')).toBe(
      '../../node_modules/nats-chaos/schema/x.schema.json',
    );
    expect(schemaLink('/home/me', '/usr/lib/node_modules/nats-chaos').copyTo).toBe('/home/me/schema');
  });
});

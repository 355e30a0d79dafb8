import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../src/support/deadline.ts';
import { smallEnvironment, Workbench } from './harness.ts';
import { long, MOMENTS } from './moments.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment()).file);
});
afterEach(() => bench.remove());

describe('kill -9 of the runner', () => {
  it.each(MOMENTS.slice(0, 8))(
    '%s: the guardian stops and removes everything',
    async (_when, moment, during) => {
      const running = bench.run(long(bench, during));
      await running.sees(moment);
      running.child.kill('SIGKILL');
      expect(await bench.leftovers()).toEqual([]);
      const [folder = ''] = readdirSync(join(bench.folder, 'reports'));
      const log = join(bench.folder, 'reports', folder, 'guardian.log');
      await until(() => Promise.resolve(existsSync(log) && readFileSync(log, 'utf8').includes('done')), {
        timeoutMs: 5000,
        what: 'the last word of the guardian',
      });
    },
  );
});

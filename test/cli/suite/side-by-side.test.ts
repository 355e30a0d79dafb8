import { cpus } from 'node:os';
import { describe, expect, it } from 'vitest';
import { idleCores } from '../../../src/cli/suite/idle-cores.ts';
import { sideBySide, type Task } from '../../../src/cli/suite/side-by-side.ts';
import { until } from '../../../src/support/deadline.ts';

/** Tasks that start and end when the test says so; `log` is what they did. */
class Bench {
  readonly log: string[] = [];
  readonly #release = new Map<string, () => void>();
  readonly #started = new Map<string, () => void>();

  task(name: string, cores = 1, alone = false): Task {
    return {
      cores,
      alone,
      run: (started) => {
        this.log.push(`+${name}`);
        this.#started.set(name, started);
        return new Promise((done) => this.#release.set(name, done));
      },
    };
  }

  /** Past its start. */
  up(...names: string[]): void {
    for (const name of names) this.#started.get(name)!();
  }

  end(name: string): void {
    this.log.push(`-${name}`);
    this.#release.get(name)!();
  }

  async shows(...log: string[]): Promise<void> {
    await until(() => Promise.resolve(this.log.length >= log.length), { timeoutMs: 5_000, what: 'the log' });
    await new Promise((done) => setImmediate(done));
    expect(this.log).toEqual(log);
  }
}

const always = (): boolean => true;

describe('tasks side by side', () => {
  it('begin in their order, as many as the cores carry, each once the one before it is up', async () => {
    const bench = new Bench();
    const all = sideBySide(
      ['a', 'b', 'c'].map((name) => bench.task(name)),
      { cores: 2, mayStart: always },
    );
    await bench.shows('+a');
    bench.up('a');
    await bench.shows('+a', '+b');
    bench.up('b');
    await bench.shows('+a', '+b');
    bench.end('a');
    await bench.shows('+a', '+b', '-a', '+c');
    bench.end('b');
    bench.end('c');
    await all;
  });

  it('run alone when they ask for it, or need more cores than there are', async () => {
    const bench = new Bench();
    const tasks = [bench.task('a'), bench.task('alone', 1, true), bench.task('large', 9), bench.task('b')];
    const all = sideBySide(tasks, { cores: 4, mayStart: always });
    await bench.shows('+a');
    bench.up('a');
    await bench.shows('+a');
    bench.end('a');
    await bench.shows('+a', '-a', '+alone');
    bench.up('alone');
    bench.end('alone');
    await bench.shows('+a', '-a', '+alone', '-alone', '+large');
    bench.up('large');
    bench.end('large');
    await bench.shows('+a', '-a', '+alone', '-alone', '+large', '-large', '+b');
    bench.end('b');
    await all;
  });

  it('are as many as were asked for, whatever the cores carry', async () => {
    const bench = new Bench();
    const all = sideBySide([bench.task('a', 2), bench.task('b', 2), bench.task('c', 2)], {
      cores: 1,
      jobs: 2,
      mayStart: always,
    });
    await bench.shows('+a');
    bench.up('a');
    await bench.shows('+a', '+b');
    bench.up('b');
    await bench.shows('+a', '+b');
    for (const name of ['a', 'b']) bench.end(name);
    await bench.shows('+a', '+b', '-a', '-b', '+c');
    bench.end('c');
    await all;
  });

  it('that fail let those beside them come to their end, and nothing more begins', async () => {
    const bench = new Bench();
    const broken: Task = {
      ...bench.task('broken'),
      run: () => Promise.reject(new Error('the disk is full')),
    };
    let over = false;
    const all = sideBySide([bench.task('a'), broken, bench.task('b')], {
      cores: 9,
      mayStart: always,
    }).finally(() => (over = true));
    const fails = expect(all).rejects.toThrow('the disk is full');
    await bench.shows('+a');
    bench.up('a');
    await bench.shows('+a');
    expect(over).toBe(false);
    bench.end('a');
    await fails;
    expect(bench.log).toEqual(['+a', '-a']);
  });

  it('do not begin any more once they may not; what has begun is waited for', async () => {
    const bench = new Bench();
    let may = true;
    let over = false;
    const all = sideBySide([bench.task('a'), bench.task('b')], { cores: 1, mayStart: () => may }).then(
      () => (over = true),
    );
    await bench.shows('+a');
    may = false;
    bench.up('a');
    await bench.shows('+a');
    expect(over).toBe(false);
    bench.end('a');
    await all;
    expect(bench.log).toEqual(['+a', '-a']);
  });

  it('begin none while another one is starting, though one that went on ends meanwhile', async () => {
    const bench = new Bench();
    const all = sideBySide(
      ['a', 'b', 'c'].map((name) => bench.task(name)),
      { cores: 2, mayStart: always },
    );
    await bench.shows('+a');
    bench.up('a');
    await bench.shows('+a', '+b');
    bench.end('a');
    await bench.shows('+a', '+b', '-a');
    bench.up('b');
    await bench.shows('+a', '+b', '-a', '+c');
    bench.end('b');
    bench.end('c');
    await all;
  });

  describe('beyond what the cores carry', () => {
    /** Tells how idle the machine is when the test says so. */
    function idleness(): {
      idleCores: () => Promise<number>;
      looks: () => number;
      log: (cores: number) => void;
    } {
      const waiting: ((cores: number) => void)[] = [];
      let looks = 0;
      return {
        idleCores: () => {
          looks += 1;
          return new Promise((done) => waiting.push(done));
        },
        looks: () => looks,
        log: (cores) => waiting.shift()!(cores),
      };
    }

    it('begin while half of the machine is idle, each once the load of the one before is known, three at most', async () => {
      const bench = new Bench();
      const { idleCores, looks, log } = idleness();
      const tasks = ['a', 'b', 'c', 'd'].map((name) => bench.task(name, 2));
      const all = sideBySide(tasks, { cores: 2, idleCores, mayStart: always });
      await bench.shows('+a');
      // Nobody looks before it is past its start.
      expect(looks()).toBe(0);
      bench.up('a');
      await until(() => Promise.resolve(looks() === 1), { timeoutMs: 5_000, what: 'a look' });
      log(0.9);
      await until(() => Promise.resolve(looks() === 2), { timeoutMs: 5_000, what: 'another look' });
      await bench.shows('+a');
      log(1.26);
      await bench.shows('+a', '+b');
      bench.up('b');
      await until(() => Promise.resolve(looks() === 3), { timeoutMs: 5_000, what: 'a third look' });
      log(1);
      await bench.shows('+a', '+b', '+c');
      bench.up('c');
      await bench.shows('+a', '+b', '+c');
      expect(looks()).toBe(3);
      bench.end('a');
      await until(() => Promise.resolve(looks() === 4), { timeoutMs: 5_000, what: 'a look after an end' });
      log(2);
      await bench.shows('+a', '+b', '+c', '-a', '+d');
      for (const name of ['b', 'c', 'd']) bench.end(name);
      await all;
    });

    it.each([
      ['alone', { alone: true }],
      ['timed', { timed: true }],
    ])('begins none beside one that is %s, however idle the machine is', async (_, kind) => {
      const bench = new Bench();
      const { idleCores, looks } = idleness();
      const tasks = [{ ...bench.task('a', 2), ...kind }, bench.task('b', 2)];
      const all = sideBySide(tasks, { cores: 2, idleCores, mayStart: always });
      await bench.shows('+a');
      bench.up('a');
      await bench.shows('+a');
      expect(looks()).toBe(0);
      bench.end('a');
      await bench.shows('+a', '-a', '+b');
      bench.end('b');
      await all;
    });

    it('begin no more than --jobs says', async () => {
      const bench = new Bench();
      const { idleCores, looks } = idleness();
      const tasks = ['a', 'b'].map((name) => bench.task(name, 2));
      const all = sideBySide(tasks, { cores: 2, jobs: 1, idleCores, mayStart: always });
      await bench.shows('+a');
      bench.up('a');
      await bench.shows('+a');
      expect(looks()).toBe(0);
      bench.end('a');
      await bench.shows('+a', '-a', '+b');
      bench.end('b');
      await all;
    });
  });

  it('measure how idle the machine is as cores', async () => {
    const cores = await idleCores(50);
    expect(cores).toBeGreaterThanOrEqual(0);
    expect(cores).toBeLessThanOrEqual(cpus().length);
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examineExperiment, examineFile, loadSpace } from '../../src/experiment/load.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-space-'));
  mkdirSync(join(folder, 'environments'));
  writeFileSync(
    join(folder, 'environments/z.yaml'),
    `name: z
title: Three nodes
nats: "2.12"
clusters: { z: { nodes: [n1, n2, n3] } }
streams: { z/s: { subjects: [s.>], replicas: 3 } }
consumers: { z/s/c: { ackWait: 5s } }
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A space with these lines under `explore`. */
function file(...explore: string[]): string {
  const path = join(folder, 'space.yaml');
  const lines = [
    'name: space',
    'title: A space',
    'environment: z',
    'workloads:',
    '  publish: { kind: publish, stream: z/s, subject: s.x }',
    '  consume: { kind: consume, consumer: z/s/c }',
    'steadyState: [{ kind: replicas-current, stream: z/s, min: 3 }]',
    'checks: [{ kind: no-loss, published: publish, received: [consume] }]',
    'thresholds: [{ metric: recovery-time, phase: recovery, max: 60s, allowNeverLost: true }]',
    'explore:',
    ...explore.map((line) => `  ${line}`),
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** `line text: message` of each problem: its line counted from `explore`, and the text that is marked there. */
function problems(...explore: string[]): string[] {
  return examineFile(file(...explore), { env: {}, cwd: folder }).map(
    ({ line, column, length, excerpt, message }) =>
      `${line - 10} ${excerpt.slice(column - 1, column - 1 + length)}: ${message}`,
  );
}

const KILL = 'faults: [{ kind: kill, nodes: [z/s@leader, z@any], for: 300ms..3s }]';

describe('a space', () => {
  it('is valid, with its phases known to checks and thresholds', () => {
    expect(problems(KILL)).toEqual([]);
    const { space, sample } = loadSpace(file(KILL), { env: {}, cwd: folder });
    expect(space).toMatchObject({ ...{ lengthMs: 8_000, kinds: 3, atOnce: 2 }, events: { from: 2, to: 6 } });
    // Every value, and both ends of the range.
    const faults = sample.experiment.value.method.flatMap((phase) => phase.faults);
    expect(faults.map((one) => ('nodes' in one ? one['nodes'] : null))).toEqual(['z/s@leader', 'z@any']);
    expect(faults.map((one) => ('for' in one ? one['for'] : null))).toEqual([300, 3_000]);
  });

  it.each([
    [['length: 8s'], '0 explore: there is nothing to draw from: expected `faults`, `actions` or both'],
    [[KILL.replace('z@any', 'z@al')], '1 z@al: there is no role "@al"'],
    [[KILL.replace('z/s@leader', 'z/t@leader')], '1 z/t@leader: there is no stream "z/t"'],
    [[KILL.replace('300ms..3s', '3s..300ms')], '1 3s..300ms: the range is empty: 3s is more than 300ms'],
    [
      [KILL.replace('300ms..3s', '300ms..30s')],
      '1 300ms..30s: for 30 s reaches beyond the phase, which lasts 8 s',
    ],
    [[KILL.replace('300ms..3s', '300..3000')], '1 300..3000: found "300..3000"; expected a duration'],
    [[KILL.replace('for:', 'after:')], '1 after: unknown key "after"'],
    [
      [KILL, 'weights: { kil: 2 }'],
      '2 kil: "kil" is no kind of its faults and actions; did you mean "kill"?',
    ],
    [
      ['actions: [{ kind: scale-replicas, stream: z/s, replicas: [1, 5] }]'],
      '1 5: found 5 replicas; expected 3 at most, as z has 3 nodes',
    ],
    [
      ['actions: [{ kind: scale-replicas, stream: z/s, replicas: 1..5 }]'],
      '1 1..5: found 5 replicas; expected 3 at most, as z has 3 nodes',
    ],
    [
      ['actions: [{ kind: step-down, stream: z/s, within: [0s, 4s] }]'],
      '1 0s: found "0s"; expected 1ms or more',
    ],
    [[KILL, 'events: 5..2'], '2 5..2: the range is empty: 5 is more than 2'],
    [
      [KILL.replace('300ms..3s', '300ms .. 3s')],
      '1 300ms .. 3s: found "300ms .. 3s"; expected a duration with its unit (ms, s, m or h), such as 5s, or a range such as 500ms..8s or 1..3',
    ],
    [[KILL, 'weights: { kill: 0 }'], '2 0: found 0; expected more than 0'],
    [[KILL, 'length: 0s'], '2 0s: found 0 ms; expected 1s or more'],
    [[KILL, 'recovery: 0s'], '2 0s: found 0 ms; expected 1s or more'],
    [
      ['actions: [{ kind: remove-node, node: [z/n1, z@any] }]'],
      '1 z@any: found z@any; expected a node by its name: it is added again before the recovery',
    ],
    [
      [KILL, 'load: { workloads: { publish: { kind: [publish, consume] } } }'],
      '2 kind: the kind of a workload stays as it is',
    ],
    [[KILL, 'lenght: 2s'], '2 lenght: unknown key "lenght"; did you mean "length"?'],
    [['actions: [{ kind: seal, stream: z/s }]'], '1 seal: unknown kind "seal"'],
    [
      ['actions: [{ kind: scale-replicas, stream: z/s, replicas: [1, 9] }]'],
      '1 9: found 9; expected 5 or less',
    ],
    [
      [KILL, 'load: { workloads: { publsh: { rate: 1/s } } }'],
      '2 publsh: "publsh" is no workload of this experiment; did you mean "publish"?',
    ],
    [[KILL, 'load: { workloads: { publish: { rat: [1/s] } } }'], '2 rat: unknown key "rat"'],
    [[KILL, 'load: { workloads: { publish: { size: 1B..1KiB } } }'], '2 1B..1KiB: found "1B"'],
    [[KILL, 'load: { streams: { z/s: { storage: [file, tape] } } }'], '2 tape: found "tape"'],
  ])('says what is wrong, and where: %j', (explore, expected) => {
    const found = problems(...explore);
    expect(
      found.some((problem) => problem.startsWith(expected)),
      found.join('\n'),
    ).toBe(true);
  });

  it('has workloads that may be left out, but not all of them', () => {
    const optional = (names: string): string => `load: { optional: [${names}] }`;
    expect(problems(KILL, optional('consume'))).toEqual([]);
    expect(problems(KILL, optional('consum'))).toEqual([
      '2 consum: "consum" is no workload of this experiment; did you mean "consume"?',
    ]);
    expect(problems(KILL, optional('publish, consume'))).toEqual([
      '2 optional: every workload may be left out: a run without any proves nothing',
    ]);
    const { space } = loadSpace(file(KILL, optional('consume')), { env: {}, cwd: folder });
    expect(space.settings).toMatchObject([{ name: 'consume', of: 'optional', names: ['consume', 'z/s/c'] }]);
  });

  it('has no secrets', () => {
    const withSecret = file(KILL);
    writeFileSync(
      withSecret,
      `secrets: { PASSWORD: x }\nname: s\ntitle: t\nenvironment: z\nexplore: { ${KILL} }\n`,
    );
    const [first] = examineFile(withSecret, { env: {}, cwd: folder });
    expect(first?.message).toBe(
      'a search writes each of its runs as a file, and secrets must not be in them',
    );
  });

  it('says once that there is none', () => {
    const path = file();
    for (const none of ['explore:', 'explore: []', 'explore: {}']) {
      writeFileSync(path, readFileSync(path, 'utf8').replace(/^explore:.*$/m, none));
      expect(examineFile(path, { env: {}, cwd: folder })).toHaveLength(1);
    }
  });

  it('expects no verdict: what is seen decides', () => {
    const path = file(KILL);
    writeFileSync(path, `expect: fail\n${readFileSync(path, 'utf8')}`);
    const [first] = examineFile(path, { env: {}, cwd: folder });
    expect(first).toMatchObject({ line: 1 });
    expect(first?.message).toBe('a search judges each run by what it shows: leave `expect` out');
  });

  it('is no experiment: where one is needed it is refused in one line that says what to do', () => {
    const { problems: found } = examineExperiment(file(KILL), { env: {}, cwd: folder });
    expect(found.map(({ message }) => message)).toEqual([
      'this is a space of runs, not one run: `chaos explore space.yaml` searches it',
    ]);
  });

  it('beside a method is an error, and so is neither', () => {
    const path = file(KILL);
    writeFileSync(
      path,
      `name: s\ntitle: t\nenvironment: z\nmethod: [{ phase: a, for: 1s }]\nexplore: { ${KILL} }\n`,
    );
    const both = examineFile(path, { env: {}, cwd: folder }).map(({ message }) => message);
    expect(both).toContain('method and explore say what happens in two ways: give one of them');
    writeFileSync(path, 'name: s\ntitle: t\nenvironment: z\n');
    const neither = examineFile(path, { env: {}, cwd: folder }).map(({ message }) => message);
    expect(neither.join()).toContain('"method" is missing');
  });
});

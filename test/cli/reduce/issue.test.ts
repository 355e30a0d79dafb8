import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { issueText } from '../../../src/cli/reduce/issue.ts';
import { expectedOf, notesOf, type Reduction } from '../../../src/cli/reduce/reduction.ts';
import { fixtureRun } from '../../report/fixture.ts';

function reduction(change: Partial<Reduction> = {}): Reduction {
  const run = fixtureRun();
  run.findings = [
    {
      check: 'no-loss',
      subject: 'publisher',
      verdict: 'fail',
      statement: '2 missing of 400 acknowledged messages: acknowledged with sequence 17',
      counts: { missing: 2 },
      examples: [{ text: 'acknowledged with sequence 17 but stream z/s does not hold it' }],
    },
    {
      check: 'server-crash',
      subject: 'z/n1',
      verdict: 'fail',
      statement: 'the server exited with code 2',
      counts: {},
      examples: [{ text: 'panic: boom' }],
    },
  ];
  run.reasons = [{ verdict: 'fail', text: 'no-loss: 2 missing', source: 'check no-loss' }];
  const pair = {
    experiment: {
      name: 'planted',
      method: [{ phase: 'storm', faults: [{ kind: 'kill' }] }],
      workloads: { a: {} },
    },
    environment: { name: 'z', clusters: { z: { nodes: ['n1', 'n2', 'n3'] } }, streams: { 'z/s': {} } },
  };
  return {
    signature: {
      id: 'check-no-loss-missing',
      words: 'check no-loss missing',
      failure: 'check no-loss missing',
    },
    run,
    whole: pair,
    smallest: pair,
    before: { shown: 2, of: 3 },
    after: { shown: 3, of: 3 },
    isMeasured: true,
    takenBack: null,
    runs: 31,
    over: null,
    last: run,
    ...change,
  };
}

const FILES = {
  experiment: { name: 'planted.yaml', text: 'name: planted\n' },
  environment: { name: 'z-environment.yaml', text: 'name: z\n' },
};

describe('the README of a reduced experiment', () => {
  const text = issueText(reduction(), FILES);

  it('has the headings of a defect report, in their order', () => {
    const headings = text.split('\n').filter((line) => line.startsWith('#'));
    expect(headings).toEqual([
      '# check no-loss missing',
      '## Observed behavior',
      '## Expected behavior',
      '## Server and client version',
      '## Host environment',
      '## Steps to reproduce',
    ]);
  });

  it('says what failed, what servers logged, on which versions, and how often', () => {
    expect(text).toContain('> no-loss: 2 missing');
    expect(text).toContain('  - acknowledged with sequence 17 but stream z/s does not hold it');
    expect(text).toContain('The last lines of z/n1:\npanic: boom');
    expect(text).toContain('- nats-server 2.12.3');
    expect(text).toContain('| shown in | 2 of 3 runs | 3 of 3 runs |');
    expect(text).toContain('31 runs were made; nothing smaller showed it as often.');
  });

  it('holds both files, and the command that runs them', () => {
    expect(text).toContain(
      'chaos run planted.yaml --nats 2.12.3 --driver process --seed 424242 --free-ports',
    );
    expect(text).toContain('`planted.yaml`:\n\n```yaml\nname: planted\n```');
    expect(text).toContain('`z-environment.yaml`:\n\n```yaml\nname: z\n```');
  });

  it('says to somebody who has never heard of it how to get the program, what it takes, and what to see', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(text).toContain(
      `This was found by nats-chaos ${version}, which runs experiments on real NATS servers`,
    );
    expect(text).toContain('npm run setup && npm run build && npm link');
    expect(readFileSync('README.md', 'utf8')).toContain('npm run setup && npm run build && npm link');
    expect(text).toContain('It takes nats-server 2.12.3 (and Toxiproxy');
    expect(text).toContain(
      'The failure has shown when the verdict says `Failed, as expected`, with exit code 0',
    );
    expect(text).toContain('Here it showed in 3 of 3 runs.');
    // An address that the package does not state would be made up.
    expect(text).not.toMatch(/https?:/);
  });

  it('names the build of a server with assertions, and containers', () => {
    const run = fixtureRun();
    run.versions['nats-server build'] = 'with assertions';
    const built = issueText(reduction({ last: run }), FILES);
    expect(built).toContain('--nats 2.12.3+assertions ');
    expect(built).toContain('It builds nats-server 2.12.3 with the assertions of its authors');
    const contained = issueText(reduction({ last: { ...fixtureRun(), driver: 'docker' } }), FILES);
    expect(contained).toContain('in containers, and needs a Docker engine');
  });

  it('names no release where the files name a server of their own', () => {
    const { experiment, environment } = reduction().smallest;
    const smallest = { experiment, environment: { ...environment, nats: './build/nats-server' } };
    const own = issueText(reduction({ smallest }), FILES);
    expect(own).not.toContain('--nats');
    expect(own).toContain(
      'a nats-server that is no release: `./build/nats-server`, which says that it is 2.12.3',
    );
  });

  it('says what was smaller still, and showed it less often', () => {
    const pair = reduction().smallest;
    const takenBack = { steps: 2, pair, after: { shown: 1, of: 4 } };
    const words =
      'The last 2 steps were taken back: what came of them (1 fault or action in 1 phase, 1 workload, 3 nodes, 1 stream) showed it in 1 of 4 runs.';
    expect(issueText(reduction({ takenBack }), FILES)).toContain(words);
    expect(notesOf(reduction({ takenBack }))).toContain(words);
    expect(text).not.toContain('taken back');
  });

  it('says where it was not reduced to the end', () => {
    const over = issueText(reduction({ over: 'its time was up' }), FILES);
    expect(over).toContain('then no more, because its time was up: something smaller may show it.');
  });
});

describe('the comments of a reduced experiment', () => {
  it('say what a run of it means: that it fails every time, or sometimes', () => {
    expect(notesOf(reduction()).at(-1)).toContain('passes when it fails as expected');
    expect(notesOf(reduction({ after: { shown: 2, of: 3 } })).at(-1)).toContain('does not show in every run');
  });

  it('are each on a line of its own', () => {
    const run = fixtureRun();
    run.reasons = [{ verdict: 'fail', text: 'two\nlines', source: 'run' }];
    for (const note of notesOf(reduction({ last: run }))) expect(note).not.toContain('\n');
  });
});

describe('what a reduced experiment expects', () => {
  it.each([
    [{ shown: 3, of: 3 }, true, 'fail', 'A run of this passes when it fails as expected'],
    [{ shown: 2, of: 3 }, true, 'either', 'It does not show in every run'],
    [{ shown: 1, of: 1 }, false, 'either', 'That is too few to say how often it shows'],
    [{ shown: 1, of: 2 }, false, 'either', 'It does not show in every run'],
  ])('%j, measured to the end: %s: %s', (after, isMeasured, expected, words) => {
    const one = reduction({ after, isMeasured });
    expect(expectedOf(one)).toBe(expected);
    expect(notesOf(one).at(-1)).toContain(words);
    const seen = expected === 'fail' ? '`Failed, as expected`, with exit code 0' : '`Failed, which may be`';
    expect(issueText(one, FILES)).toContain(`The failure has shown when the verdict says ${seen}`);
  });
});

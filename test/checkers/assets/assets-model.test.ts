import { describe, expect, test } from 'vitest';
import { audit, EXISTS, judge, MISSING, NO_ANSWER, type List, type Op } from './history.ts';

const create: Op = { op: 'create', t: 1, end: 2 };

describe('what was acknowledged', () => {
  test('is there, or is gone, on every node', () => {
    const ops: Op[] = [
      create,
      { op: 'createConsumer', key: 'churn-1/worker-2', t: 3 },
      { op: 'create', key: 'churn-2', t: 4 },
      { op: 'delete', key: 'churn-2', t: 5 },
      { op: 'update', t: 6, value: 9 },
    ];
    expect(judge(ops, audit({ 'churn-1': [9, 0, 2] }))).toMatchObject({
      verdict: 'pass',
      counts: { done: 5, streamsHeld: 1, consumersHeld: 1 },
    });
  });

  const spoiled: [string, Op[], ReturnType<typeof audit>, string, RegExp][] = [
    ['lost', [create], audit({}), 'lost', /no node holds c\/churn-1, which had the configuration of write 1/],
    [
      'undead on one node',
      [create, { op: 'delete', t: 3 }],
      audit([{}, { 'churn-1': [1] }, {}], { listed: [] }),
      'undead',
      /c\/n2 holds churn-1, which there had the configuration of write 1 and no consumer, but was not there/,
    ],
    [
      'of an older write',
      [create, { op: 'update', t: 3 }],
      audit({ 'churn-1': [1] }),
      'wrongStates',
      /write 2/,
    ],
    [
      'without a consumer',
      [create, { op: 'createConsumer', key: 'churn-1/worker-1', t: 3 }],
      audit({ 'churn-1': [1] }),
      'wrongStates',
      /and no consumer, but had the configuration of write 1, and worker-1 of write 2/,
    ],
    [
      'with a consumer of a stream that was deleted meanwhile',
      [
        create,
        { op: 'createConsumer', key: 'churn-1/worker-1', t: 3 },
        { op: 'delete', t: 4 },
        { op: 'create', t: 5 },
      ],
      audit({ 'churn-1': [4, 2] }),
      'wrongStates',
      /worker-1 of write 2, but/,
    ],
    [
      'on too few nodes',
      [create],
      audit([{ 'churn-1': [1] }, { 'churn-1': [1] }, {}]),
      'wrongReplicas',
      /2 of 3 nodes hold churn-1: c\/n1, c\/n2/,
    ],
    [
      'not listed',
      [create],
      audit({ 'churn-1': [1] }, { listed: [{ node: 'c/n3', streams: [] }] }),
      'wronglyListed',
      /asked at c\/n3, does not list churn-1/,
    ],
    [
      'different, although each may be',
      [create, { op: 'update', t: 3, status: NO_ANSWER }],
      audit([{ 'churn-1': [1] }, { 'churn-1': [2] }, { 'churn-1': [1] }]),
      'nodesDiffer',
      /nodes differ about churn-1/,
    ],
    ['of nobody', [create], audit({ 'churn-1': [1], 'churn-7': [5] }), 'undead', /churn-7/],
  ];
  test.each(spoiled)('fails where it is %s', (_what, ops, read, count, text) => {
    const finding = judge(ops, read);
    expect(finding.verdict).toBe('fail');
    expect(finding.counts[count]).toBeGreaterThan(0);
    expect(finding.examples.map((one) => one.text).join('\n')).toMatch(text);
  });

  test('a configuration that was applied in part fails', () => {
    const read = audit({ 'churn-1': [1] });
    (read.nodes[1]?.held[0] as { wrong?: string }).wrong = 'max_msgs is 7, and 1 was asked';
    expect(judge([create], read)).toMatchObject({ verdict: 'fail', counts: { wrongConfigurations: 1 } });
  });
});

describe('without an answer', () => {
  test.each([{}, { 'churn-1': [2] }] as const)('both are possible: %j', (held) => {
    const ops: Op[] = [
      { op: 'create', key: 'churn-2', t: 0 },
      { op: 'create', t: 1, value: 2, status: NO_ANSWER },
    ];
    expect(judge(ops, audit({ 'churn-2': [1], ...held })).verdict).toBe('pass');
  });

  test('a third thing is not', () => {
    const ops: Op[] = [create, { op: 'delete', t: 3, status: NO_ANSWER }];
    expect(judge(ops, audit({ 'churn-1': [7] })).verdict).toBe('fail');
  });

  test('so many that not all orders can be tried leave it open', () => {
    const ops = Array.from({ length: 80 }, (_, i): Op => {
      const consumer = `churn-1/worker-${1 + (i % 4)}`;
      return { op: 'updateConsumer', key: consumer, t: 10 + i, status: NO_ANSWER };
    });
    const made = [1, 2, 3, 4].map((i): Op => ({
      op: 'createConsumer',
      key: `churn-1/worker-${i}`,
      t: 2 + i,
      value: 1000 + i,
    }));
    const finding = judge([create, ...made, ...ops], audit({ 'churn-1': [1, 1001, 1002, 1003, 1004] }));
    expect(finding).toMatchObject({ verdict: 'inconclusive', counts: { streamsOpen: 1 } });
  });
});

describe('answers', () => {
  test('that something is missing which was there all the time are untrue', () => {
    const ops: Op[] = [create, { op: 'update', t: 3, client: 1, status: MISSING }];
    const finding = judge(ops, audit({ 'churn-1': [1] }));
    expect(finding).toMatchObject({ verdict: 'fail', counts: { untrueRefusals: 1 } });
    expect(finding.statement).toContain(
      'client 2 asked to change churn-1 (write 2), and was told that it is not there, but no order of what was done explains that',
    );
    const counted = judge(ops, audit({ 'churn-1': [1] }), { refusals: 'counted' });
    expect(counted).toMatchObject({ verdict: 'pass', counts: { streamsRefusedUntruly: 1 } });
  });

  test('that something exists are true while its creation is under way', () => {
    const ops: Op[] = [
      { op: 'create', t: 1, end: 5 },
      { op: 'create', t: 2, end: 3, client: 1, status: EXISTS },
    ];
    expect(judge(ops, audit({ 'churn-1': [1] })).verdict).toBe('pass');
  });

  test('that both of two were made are impossible', () => {
    const finding = judge([create, { op: 'create', t: 3 }], audit({ 'churn-1': [2] }));
    expect(finding).toMatchObject({ verdict: 'fail', counts: { impossible: 1 } });
  });

  test('lists that are behind are counted, unless they are claimed to be current', () => {
    const ops: (Op | List)[] = [create, { op: 'list', t: 3, streams: [] }];
    const read = audit({ 'churn-1': [1] });
    expect(judge(ops, read)).toMatchObject({ verdict: 'pass', counts: { streamsListedBehind: 1, lists: 1 } });
    expect(judge(ops, read, { lists: 'current' })).toMatchObject({
      verdict: 'fail',
      counts: { untrueLists: 1 },
    });
  });

  test('a list of what nobody had asked to make yet is a phantom', () => {
    const ops: (Op | List)[] = [
      { op: 'list', t: 0, streams: ['churn-1'] },
      { op: 'create', t: 1 },
    ];
    expect(judge(ops, audit({ 'churn-1': [2] }))).toMatchObject({
      verdict: 'fail',
      counts: { phantoms: 1 },
    });
  });
});

describe('is inconclusive', () => {
  test('where nothing was made', () => {
    expect(judge([{ ...create, status: NO_ANSWER }], audit({}))).toMatchObject({
      verdict: 'inconclusive',
      statement: 'churn made no stream',
    });
  });

  test('where a node was not read', () => {
    const read = audit({ 'churn-1': [1] }, { complete: false, error: 'c/n3: no answer' });
    expect(judge([create], read)).toMatchObject({
      verdict: 'inconclusive',
      statement: 'what nodes hold of churn was not read from every node: c/n3: no answer',
    });
  });

  test('where nobody looked', () => {
    expect(judge([create]).statement).toBe('what nodes hold of churn was not read');
  });
});

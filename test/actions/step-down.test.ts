import { expect, it } from 'vitest';
import type { ActionContext } from '../../src/actions/action.ts';
import { stepDown } from '../../src/actions/streams/step-down.ts';
import { until } from '../../src/support/deadline.ts';

it('ends in time although nobody takes the connection, and asks nobody afterwards', async () => {
  const [asked, closed]: [string[], string[]] = [[], []];
  let connect = (): void => undefined;
  const connection = {
    request: (subject: string) => {
      asked.push(subject);
      return Promise.reject(new Error('not in this test'));
    },
    close: () => {
      closed.push('closed');
      return Promise.resolve();
    },
  };
  const ctx = {
    nodes: [{ address: 'c/n1', cluster: 'c', name: 'n1', client: '127.0.0.1:1' }],
    spec: { streams: [{ address: 'c/s', account: 'app' }] },
    observer: { streamLeader: () => Promise.resolve('n1') },
    // As with servers that are paused, one after the other.
    driver: { connect: () => new Promise((resolve) => (connect = () => resolve(connection))) },
    signal: new AbortController().signal,
  } as unknown as ActionContext;
  await expect(stepDown.perform(ctx, { kind: 'step-down', stream: 'c/s', within: 50 })).rejects.toThrow(
    'the step-down of c/s: no answer within',
  );
  connect();
  await until(() => Promise.resolve(closed.length > 0), { timeoutMs: 5_000, what: 'the end' });
  expect(asked).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { kill } from '../../src/faults/nodes/kill.ts';
import { pause } from '../../src/faults/nodes/pause.ts';

describe('faults on nodes', () => {
  const node = (state: 'running' | 'paused' | 'down', answers: boolean) => ({ 'c/n1': { state, answers } });
  it('need both the process and the silence of the server as proof', () => {
    expect(kill.inForce({}, node('down', false), {} as never).proven).toBe(true);
    expect(kill.inForce({}, node('down', true), {} as never).proven).toBe(false);
    expect(pause.inForce({}, node('paused', false), {} as never).proven).toBe(true);
    expect(pause.inForce({}, node('running', false), {} as never).proven).toBe(false);
    expect(kill.inForce({}, {}, {} as never).proven).toBe(false);
  });
  it('are removed only when the node runs and answers', () => {
    expect(kill.removed({}, node('running', false), {} as never).proven).toBe(false);
    expect(kill.removed({}, node('running', true), {} as never).proven).toBe(true);
  });
});

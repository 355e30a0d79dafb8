import type { ServerExit } from '../../../src/drivers/driver.ts';

/** An end of a server that nobody asked for, and that said nothing. */
export function exit(over: Partial<ServerExit> = {}): ServerExit {
  return {
    node: 'c/n1',
    at: 1_000_000,
    code: null,
    signal: null,
    asked: null,
    outOfMemory: false,
    restartedByOthers: false,
    lastLines: [],
    ...over,
  };
}

import { nodeFault } from './node-fault.ts';

export const pause = nodeFault({
  kind: 'pause',
  summary: 'Freezes nodes (SIGSTOP): connections stay open and nothing moves',
  description: 'Freezes nodes: their connections stay open and nothing moves, until the fault is undone.',
  leaves: 'paused',
  undoOp: 'processes.resume',
  strike: 'pause',
});

import { nodeFault } from './node-fault.ts';

export const pause = nodeFault({
  kind: 'pause',
  summary: 'Freezes nodes (SIGSTOP): connections stay open and nothing moves',
  proof:
    'The state of each process, as the system reports it, and whether the server answers: it is frozen and does not answer.',
  example: '{ kind: pause, nodes: qa1a/qa@leader }',
  description: 'Freezes nodes: their connections stay open and nothing moves, until the fault is undone.',
  leaves: 'paused',
  undoOp: 'processes.resume',
  inject: 'pause',
});

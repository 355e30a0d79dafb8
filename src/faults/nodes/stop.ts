import { nodeFault } from './node-fault.ts';

export const stop = nodeFault({
  kind: 'stop',
  summary: 'Stops nodes gracefully (SIGTERM), and starts them again afterwards',
  proof:
    'The state of each process, as the system reports it, and whether the server answers: it is down and does not answer.',
  example: '{ kind: stop, nodes: qa1a/qa@leader }',
  description: 'Stops nodes gracefully; they are started again when the fault is undone.',
  leaves: 'down',
  undoOp: 'processes.start',
  inject: 'stop',
});

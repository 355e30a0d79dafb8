import { nodeFault } from './node-fault.ts';

export const kill = nodeFault({
  kind: 'kill',
  summary: 'Kills nodes (SIGKILL), and starts them again afterwards',
  proof:
    'The state of each process, as the system reports it, and whether the server answers: it is down and does not answer.',
  example: '{ kind: kill, nodes: qa1a/qa@leader }',
  description: 'Kills nodes without a warning; they are started again when the fault is undone.',
  leaves: 'down',
  undoOp: 'processes.start',
  inject: 'kill',
});

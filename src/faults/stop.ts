import { nodeFault } from './node-fault.ts';

export const stop = nodeFault({
  kind: 'stop',
  summary: 'Stops nodes gracefully (SIGTERM), and starts them again afterwards',
  description: 'Stops nodes gracefully; they are started again when the fault is undone.',
  leaves: 'down',
  undoOp: 'processes.start',
  strike: 'stop',
});

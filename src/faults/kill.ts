import { nodeFault } from './node-fault.ts';

export const kill = nodeFault({
  kind: 'kill',
  summary: 'Kills nodes (SIGKILL), and starts them again afterwards',
  description: 'Kills nodes without a warning; they are started again when the fault is undone.',
  leaves: 'down',
  undoOp: 'processes.start',
  strike: 'kill',
});

import type { Action } from './action.ts';
import { rotateCertificates } from './nodes/rotate-certificates.ts';
import { rotateClients } from './clients/rotate-clients.ts';
import { addNode } from './nodes/add-node.ts';
import { removeNode } from './nodes/remove-node.ts';
import { wipeNode } from './nodes/wipe-node.ts';
import { deleteStream } from './streams/delete-stream.ts';
import { pauseConsumer } from './streams/pause-consumer.ts';
import { promoteMirror } from './streams/promote-mirror.ts';
import { resumeConsumer } from './streams/resume-consumer.ts';
import { seal } from './streams/seal.ts';
import { updateConsumer } from './streams/update-consumer.ts';
import { updateStream } from './streams/update-stream.ts';
import { deleteConsumer } from './streams/delete-consumer.ts';
import { metaPeerRemove } from './meta/meta-peer-remove.ts';
import { metaSnapshot } from './meta/meta-snapshot.ts';
import { moveStream } from './streams/move-stream.ts';
import { pauseWorkload } from './workloads/pause-workload.ts';
import { peerRemove } from './streams/peer-remove.ts';
import { purge } from './streams/purge.ts';
import { restart } from './nodes/restart.ts';
import { resumeWorkload } from './workloads/resume-workload.ts';
import { rollbackStorage } from './storage/rollback-storage.ts';
import { snapshotStorage } from './storage/snapshot-storage.ts';
import { rollingRestart } from './nodes/rolling-restart.ts';
import { scaleReplicas } from './streams/scale-replicas.ts';
import { rollingUpdate } from './services/rolling-update.ts';
import { scale } from './services/scale.ts';
import { stepDown } from './streams/step-down.ts';
import { upgrade } from './nodes/upgrade.ts';

export { commonActionFields } from './action.ts';

/** Every action there is, in the order in which lists show them. */
export const actions: readonly Action[] = [
  pauseWorkload,
  resumeWorkload,
  restart,
  snapshotStorage,
  rollbackStorage,
  rollingRestart,
  upgrade,
  removeNode,
  addNode,
  wipeNode,
  rotateClients,
  rotateCertificates,
  stepDown,
  scaleReplicas,
  updateStream,
  moveStream,
  peerRemove,
  metaPeerRemove,
  metaSnapshot,
  purge,
  deleteStream,
  seal,
  promoteMirror,
  deleteConsumer,
  updateConsumer,
  pauseConsumer,
  resumeConsumer,
  scale,
  rollingUpdate,
];

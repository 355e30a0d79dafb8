import type { Action } from './action.ts';
import { deleteConsumer } from './delete-consumer.ts';
import { metaPeerRemove } from './meta-peer-remove.ts';
import { metaSnapshot } from './meta-snapshot.ts';
import { moveStream } from './move-stream.ts';
import { pauseWorkload } from './pause-workload.ts';
import { peerRemove } from './peer-remove.ts';
import { purge } from './purge.ts';
import { restart } from './restart.ts';
import { resumeWorkload } from './resume-workload.ts';
import { rollbackStorage } from './rollback-storage.ts';
import { snapshotStorage } from './snapshot-storage.ts';
import { rollingRestart } from './rolling-restart.ts';
import { scaleReplicas } from './scale-replicas.ts';
import { stepDown } from './step-down.ts';
import { upgrade } from './upgrade.ts';

/** Every action there is, in the order in which lists show them. */
export const actions: readonly Action[] = [
  pauseWorkload,
  resumeWorkload,
  restart,
  snapshotStorage,
  rollbackStorage,
  rollingRestart,
  upgrade,
  stepDown,
  scaleReplicas,
  moveStream,
  peerRemove,
  metaPeerRemove,
  metaSnapshot,
  purge,
  deleteConsumer,
];

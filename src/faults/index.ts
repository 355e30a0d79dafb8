import { bandwidth } from './links/bandwidth.ts';
import { bitFlip } from './storage/bit-flip.ts';
import type { Fault } from './fault.ts';
import { bridge } from './links/bridge.ts';
import { cpuLimit } from './resources/cpu-limit.ts';
import { cpuPressure } from './resources/cpu-pressure.ts';
import { memoryLimit } from './resources/memory-limit.ts';
import { memoryPressure } from './resources/memory-pressure.ts';
import { certificate } from './nodes/certificate.ts';
import { crashLoop } from './nodes/crash-loop.ts';
import { deleteFiles } from './storage/delete-files.ts';
import { fillDisk } from './storage/fill-disk.ts';
import { fillAccount } from './storage/fill-account.ts';
import { fillStorage } from './storage/fill-storage.ts';
import { flap } from './links/flap.ts';
import { isolate } from './links/isolate.ts';
import { kill } from './nodes/kill.ts';
import { lameDuck } from './nodes/lame-duck.ts';
import { latency } from './links/latency.ts';
import { limitData } from './links/limit-data.ts';
import { majoritiesRing } from './links/majorities-ring.ts';
import { packetLoss } from './links/packet-loss.ts';
import { partition } from './links/partition.ts';
import { pause } from './nodes/pause.ts';
import { pauseKill } from './nodes/pause-kill.ts';
import { powerFailure } from './storage/power-failure.ts';
import { reload } from './nodes/reload.ts';
import { resetPeer } from './links/reset-peer.ts';
import { slicer } from './links/slicer.ts';
import { slowClose } from './links/slow-close.ts';
import { slowDisk } from './resources/slow-disk.ts';
import { stop } from './nodes/stop.ts';
import { truncate } from './storage/truncate.ts';

export { CONFLICT_POLICIES, type ConflictPolicy } from './fault.ts';

/** Every fault there is, in the order in which lists show them. */
export const faults: readonly Fault[] = [
  partition,
  isolate,
  bridge,
  majoritiesRing,
  flap,
  latency,
  bandwidth,
  slowClose,
  slicer,
  limitData,
  resetPeer,
  packetLoss,
  stop,
  kill,
  pause,
  truncate,
  bitFlip,
  deleteFiles,
  pauseKill,
  lameDuck,
  crashLoop,
  reload,
  certificate,
  fillStorage,
  fillAccount,
  powerFailure,
  fillDisk,
  slowDisk,
  cpuLimit,
  memoryLimit,
  cpuPressure,
  memoryPressure,
];

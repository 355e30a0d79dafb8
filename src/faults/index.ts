import { bandwidth } from './bandwidth.ts';
import { bitFlip } from './bit-flip.ts';
import type { Fault } from './fault.ts';
import { bridge } from './bridge.ts';
import { cpuLimit } from './cpu-limit.ts';
import { cpuPressure } from './cpu-pressure.ts';
import { memoryLimit } from './memory-limit.ts';
import { memoryPressure } from './memory-pressure.ts';
import { crashLoop } from './crash-loop.ts';
import { deleteFiles } from './delete-files.ts';
import { fillDisk } from './fill-disk.ts';
import { fillAccount } from './fill-account.ts';
import { fillStorage } from './fill-storage.ts';
import { flap } from './flap.ts';
import { isolate } from './isolate.ts';
import { kill } from './kill.ts';
import { lameDuck } from './lame-duck.ts';
import { latency } from './latency.ts';
import { limitData } from './limit-data.ts';
import { majoritiesRing } from './majorities-ring.ts';
import { packetLoss } from './packet-loss.ts';
import { partition } from './partition.ts';
import { pause } from './pause.ts';
import { pauseKill } from './pause-kill.ts';
import { powerFailure } from './power-failure.ts';
import { reload } from './reload.ts';
import { resetPeer } from './reset-peer.ts';
import { slicer } from './slicer.ts';
import { slowClose } from './slow-close.ts';
import { slowDisk } from './slow-disk.ts';
import { stop } from './stop.ts';
import { truncate } from './truncate.ts';

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

import { bitFlip } from './bit-flip.ts';
import { cpuLimit } from './cpu-limit.ts';
import { deleteFiles } from './delete-files.ts';
import { crashLoop } from './crash-loop.ts';
import type { Fault } from './fault.ts';
import { fillDisk } from './fill-disk.ts';
import { kill } from './kill.ts';
import { lameDuck } from './lame-duck.ts';
import { latency } from './latency.ts';
import { partition } from './partition.ts';
import { pause } from './pause.ts';
import { pauseKill } from './pause-kill.ts';
import { powerFailure } from './power-failure.ts';
import { reload } from './reload.ts';
import { slowDisk } from './slow-disk.ts';
import { stop } from './stop.ts';
import { truncate } from './truncate.ts';

/** Every fault there is, in the order in which lists show them. */
export const faults: readonly Fault[] = [
  partition,
  latency,
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
  powerFailure,
  fillDisk,
  slowDisk,
  cpuLimit,
];

import { mkdirSync } from 'node:fs';
import { ChaosError } from '../../../support/errors.ts';
import type { Pressure } from '../../driver.ts';
import { PressureWorkers } from '../../limits/pressure-workers.ts';

/**
 * Pressure by processes of this machine; it affects the containers only when all of them are on this machine.
 *
 * @param folder of the run; made with the first process
 */
export function localPressure(folder: () => string, isOnThisMachine: () => boolean): Pressure {
  const workers = new PressureWorkers(folder);
  return {
    press: (mark, load) => {
      if (!isOnThisMachine())
        throw new ChaosError(
          'failed',
          'the containers are not on this machine: pressure here does not affect them',
        );
      mkdirSync(folder(), { recursive: true, mode: 0o700 });
      return workers.press(mark, load);
    },
    relieve: (mark) => workers.relieve(mark),
    observe: (mark) => workers.observe(mark),
  };
}

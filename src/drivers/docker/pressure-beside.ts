import { mkdirSync } from 'node:fs';
import { ChaosError } from '../../support/errors.ts';
import type { Pressure } from '../driver.ts';
import { PressureWorkers } from '../shared/pressure-workers.ts';

/**
 * Pressure by processes of this machine, which is on containers only where all of these are here too.
 *
 * @param folder of the run, which is there only with the first of them
 */
export function pressureBeside(folder: () => string, isOnThisMachine: () => boolean): Pressure {
  const workers = new PressureWorkers(folder);
  return {
    press: (mark, load) => {
      if (!isOnThisMachine())
        throw new ChaosError(
          'failed',
          'the containers are not on this machine: nothing here presses on them',
        );
      mkdirSync(folder(), { recursive: true, mode: 0o700 });
      return workers.press(mark, load);
    },
    relieve: (mark) => workers.relieve(mark),
    look: (mark) => workers.look(mark),
  };
}

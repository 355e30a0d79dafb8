import { join } from 'node:path';
import type { EnvironmentSpec } from '../spec.ts';
import { imageFile, OwnFilesystems, storeFolder } from '../storage/own-filesystems.ts';
import { storeAccounts } from '../storage/store-place.ts';
import { ofNode, type RunningProcesses } from './running.ts';
import { StoreDisk } from './store-disk.ts';

/** What can be done to the stores of plain processes. @param up what runs at the moment of a call */
export function storageCapabilities(
  up: () => RunningProcesses,
  spec: () => EnvironmentSpec | undefined,
): { disk: StoreDisk; filesystems: OwnFilesystems } {
  const storeOf = (node: string): string => storeFolder(up().folder, node);
  return {
    disk: new StoreDisk({
      storeOf,
      asideFolder: () => join(up().folder, 'aside'),
      stateOf: (node) => ofNode(up().servers, node).state(),
      accountsOf: (stream) => storeAccounts(spec(), stream),
    }),
    filesystems: new OwnFilesystems({
      pointOf: storeOf,
      imageOf: (node) => imageFile(up().folder, node),
    }),
  };
}

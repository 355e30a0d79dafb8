import { existsSync } from 'node:fs';
import { messageOf } from '../support/errors.ts';
import type { Json } from '../support/json.ts';
import type { UndoRecord } from '../support/undo-record.ts';
import { readJournal } from './journal.ts';

/** What became of containers that a run has found and may have disturbed, and that go on when the run is over. */
export interface RestoredContainers {
  engine: string;
  /** In words, one for each thing done; empty when all were as they had been found. */
  did: string[];
  /** What is not as it was, in words. */
  left: string[];
}

/**
 * Leaves attached containers as a journal says they were found: running, connected, at their addresses. Safe to repeat;
 * containers that somebody has removed since are left alone.
 */
export async function restoreJournal(journal: string): Promise<RestoredContainers[]> {
  const restored: RestoredContainers[] = [];
  for (const { engine, mark, containers } of foundIn(journal)) {
    try {
      const { connectEngine, restoreContainers, snapshotFrom } = await dockerDriver();
      const { docker } = await connectEngine(engine);
      const snapshots = containers.flatMap((one) => snapshotFrom(one) ?? []);
      restored.push({ engine: engine.host, ...(await restoreContainers(docker, snapshots, mark)) });
    } catch (error) {
      const left = [`attached containers could not be looked at: ${messageOf(error)}`];
      restored.push({ engine: engine.host, did: [], left });
    }
  }
  return restored;
}

/** Whether any container is not as a journal says it was found; so is one whose engine does not answer. */
export async function stillDisturbed(journal: string): Promise<boolean> {
  for (const { engine, mark, containers } of foundIn(journal)) {
    try {
      const { connectEngine, isDisturbed, snapshotFrom } = await dockerDriver();
      const { docker } = await connectEngine(engine);
      if (
        await isDisturbed(
          docker,
          containers.flatMap((one) => snapshotFrom(one) ?? []),
          mark,
        )
      )
        return true;
    } catch {
      return true;
    }
  }
  return false;
}

interface Found {
  engine: { host: string; certPath: string | null };
  mark: string;
  containers: Json[];
}

function foundIn(journal: string): Found[] {
  // A runner that died before its first record has disturbed nothing.
  return existsSync(journal) ? readJournal(journal).flatMap(foundBy) : [];
}

function foundBy({ driver, op, args }: UndoRecord): Found[] {
  const { engine, mark, containers } = args;
  if (driver !== 'attached-docker' || op !== 'containers.restore') return [];
  if (typeof mark !== 'string' || !/^nats-chaos-\w+\.$/.test(mark) || !Array.isArray(containers)) return [];
  const { host, certPath } = (engine ?? {}) as Record<string, Json>;
  if (typeof host !== 'string') return [];
  return [{ engine: { host, certPath: typeof certPath === 'string' ? certPath : null }, mark, containers }];
}

/** Loaded only for journals that need it. */
async function dockerDriver() {
  const [{ connectEngine }, { restoreContainers, isDisturbed }, { snapshotFrom }] = await Promise.all([
    import('../drivers/docker/engine.ts'),
    import('../drivers/docker/found/restore.ts'),
    import('../drivers/docker/found/snapshot.ts'),
  ]);
  return { connectEngine, restoreContainers, isDisturbed, snapshotFrom };
}

import { messageOf } from '../../support/errors.ts';
import type { Json } from '../../support/json.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import { readJournal } from './journal.ts';

/** What became of attached containers, which the run may have disturbed and which outlive it. */
export interface RestoredContainers {
  engine: string;
  /** What was restored, in words; empty when all were as before the run. */
  did: string[];
  /** What could not be restored, in words. */
  left: string[];
}

/**
 * Restores attached containers to their state before the run, as written in a journal: running, connected, at their
 * addresses. Safe to repeat; containers that somebody has removed since are left alone.
 */
export async function restoreJournal(journal: string): Promise<RestoredContainers[]> {
  const restored: RestoredContainers[] = [];
  for (const { engine, mark, containers } of attachedIn(journal)) {
    try {
      const { connectEngine, restoreContainers, snapshotFrom } = await dockerDriver();
      const { docker } = await connectEngine(engine);
      const snapshots = containers.flatMap((one) => snapshotFrom(one) ?? []);
      restored.push({ engine: engine.host, ...(await restoreContainers(docker, snapshots, mark)) });
    } catch (error) {
      const left = [`attached containers could not be inspected: ${messageOf(error)}`];
      restored.push({ engine: engine.host, did: [], left });
    }
  }
  return restored;
}

/** Whether any container differs from its state in a journal; one whose engine does not answer counts as different. */
export async function stillDisturbed(journal: string): Promise<boolean> {
  for (const { engine, mark, containers } of attachedIn(journal)) {
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

interface AttachedContainers {
  engine: { host: string; certPath: string | null };
  mark: string;
  containers: Json[];
}

function attachedIn(journal: string): AttachedContainers[] {
  return readJournal(journal).flatMap(attachedBy);
}

function attachedBy({ driver, op, args }: UndoRecord): AttachedContainers[] {
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
    import('../../drivers/docker/engine/engine.ts'),
    import('../../drivers/docker/attached/restore.ts'),
    import('../../drivers/docker/attached/snapshot.ts'),
  ]);
  return { connectEngine, restoreContainers, isDisturbed, snapshotFrom };
}

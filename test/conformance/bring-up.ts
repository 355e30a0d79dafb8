import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ActionContext, AssetChange } from '../../src/actions/action.ts';
import type { Driver, DriverContext } from '../../src/drivers/driver.ts';
import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { systemClock } from '../../src/support/clock.ts';
import { until } from '../../src/support/deadline.ts';
import { newRunId } from '../../src/support/ids.ts';
import { seededRandom } from '../../src/support/random.ts';
import type { UndoRecord } from '../../src/support/undo-record.ts';

/** A driver with the environment that its suites run on. */
export interface DriverUnderTest {
  create(ctx: DriverContext): Driver;
  spec(): EnvironmentSpec;
}

export interface Environment {
  driver: Driver;
  spec: EnvironmentSpec;
  /** What faults and actions are given. */
  ctx: ActionContext;
  /** What the driver has journalled. */
  journal: readonly UndoRecord[];
  /** What actions have written into the history. */
  changes: readonly AssetChange[];
  /** What actions have left to be undone. */
  undos: readonly UndoRecord[];
  takeDown(): Promise<void>;
}

/** Starts an environment as a run would; what cannot start leaves nothing behind. */
export async function bringUp(subject: DriverUnderTest): Promise<Environment> {
  const logFolder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const journal: UndoRecord[] = [];
  const signal = new AbortController().signal;
  const driver = subject.create({
    runId: newRunId(),
    logFolder,
    clock: systemClock,
    signal,
    freePorts: false,
    progress: () => undefined,
    journal: (record) => journal.push(record),
  });
  const spec = subject.spec();
  const takeDown = async (): Promise<void> => {
    expect(await driver.dispose()).toEqual([]);
    rmSync(logFolder, { recursive: true });
  };
  try {
    await driver.start(spec);
  } catch (error) {
    await takeDown();
    throw error;
  }
  const changes: AssetChange[] = [];
  const undos: UndoRecord[] = [];
  const ctx = {
    driver,
    spec,
    nodes: driver.nodes(),
    links: driver.links(),
    observer: driver.observer(),
    random: seededRandom(7),
    signal,
    workload: (name: string) => {
      throw new RangeError(`there is no workload ${name}`);
    },
    demandMayGoDown: () => undefined,
    withNodes: <T>(_nodes: readonly string[], work: () => Promise<T>) => work(),
    takenOut: new Set<string>(),
    noteChange: (change: AssetChange) => void changes.push(change),
    undoLater: (_what: string, record: UndoRecord) => void undos.push(record),
  };
  return { driver, spec, ctx, journal, changes, undos, takeDown };
}

/** Waits until every node runs and every link is up. */
export async function whole(driver: Driver): Promise<void> {
  await until(async () => (await driver.missing()).length === 0, {
    timeoutMs: 60_000,
    what: 'the topology to be whole',
  });
}

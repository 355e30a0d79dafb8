import { existsSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { leftOf, reap } from '../drivers/shared/reap.ts';
import { messageOf } from '../support/errors.ts';
import type { Json } from '../support/json.ts';
import type { UndoRecord } from '../support/undo-record.ts';
import { readJournal } from './journal.ts';

/** What became of one environment that a journal names. */
export interface Reaped {
  /** Where it keeps its files on this machine. */
  folder: string;
  /** Whether anything of it was there: its folder, a process, or something on an engine. */
  found: boolean;
  /** Ids of the processes that were ended. */
  ended: number[];
  /** Of an environment in containers: where, and names of what was removed there. */
  docker?: { engine: string; containers: string[]; networks: string[]; volumes: string[] };
  /** What is there still, in words; empty when all of it is gone. */
  left: string[];
}

/**
 * Stops and removes every environment that a journal names, the last first. Safe to repeat. Faults need no undoing of
 * their own here: the servers that they were injected into go.
 */
export async function reapJournal(journal: string): Promise<Reaped[]> {
  const reaped: Reaped[] = [];
  for (const made of environmentsOf(journal)) reaped.push(await reapEnvironment(made));
  return reaped;
}

/**
 * Whether anything is there of the environments that a journal names.
 *
 * @param askEngines whether container engines are asked; one that does not answer counts as if it held something
 */
export async function stillThere(journal: string, askEngines: boolean): Promise<boolean> {
  for (const { folder, onEngine } of environmentsOf(journal)) {
    if (existsSync(folder) || leftOf(folder).length > 0) return true;
    if (askEngines && onEngine && (await isOnEngine(onEngine))) return true;
  }
  return false;
}

interface Made {
  folder: string;
  onEngine?: OnEngine;
}

/** A run on a Docker engine, as its journal says. */
interface OnEngine {
  runId: string;
  /** The compose project that the run brought up; left out: the driver has made everything itself. */
  project?: string;
  engine: { host: string; certPath: string | null };
}

function environmentsOf(journal: string): Made[] {
  // A runner that died before its first record has left nothing.
  if (!existsSync(journal)) return [];
  const made = readJournal(journal).flatMap((record) => {
    const { folder } = record.args;
    if (record.op !== 'environment.reap' || typeof folder !== 'string' || !isOurs(folder)) return [];
    const onEngine = onEngineOf(record);
    return [{ folder, ...(onEngine ? { onEngine } : {}) }];
  });
  return [...new Map(made.reverse().map((one) => [one.folder, one])).values()];
}

/** A journal is a file like any other: whatever it says, nothing is removed that no driver can have made. */
function isOurs(folder: string): boolean {
  return isAbsolute(folder) && /^nats-chaos-[\w-]+$/.test(basename(folder));
}

function onEngineOf({ driver, args }: UndoRecord): OnEngine | undefined {
  const { runId, engine, project } = args;
  if (driver !== 'docker' && driver !== 'compose') return undefined;
  if (typeof runId !== 'string' || !/^\w+$/.test(runId)) return undefined;
  // A project of any other name is none that a run brings up.
  if (driver === 'compose' && project !== `nats-chaos-${runId}`) return undefined;
  const { host, certPath } = (engine ?? {}) as Record<string, Json>;
  if (typeof host !== 'string') return undefined;
  const own = driver === 'compose' ? { project: `nats-chaos-${runId}` } : {};
  return { runId, ...own, engine: { host, certPath: typeof certPath === 'string' ? certPath : null } };
}

async function reapEnvironment({ folder, onEngine }: Made): Promise<Reaped> {
  const there = existsSync(folder);
  // Containers first: they hold the filesystems that are mounted in the folder.
  const removed = onEngine ? await reapOnEngine(onEngine) : { found: false, left: [] };
  try {
    const ended = await reap(folder);
    const found = there || ended.length > 0 || removed.found;
    return { folder, ...removed, found, ended, left: [...leftOf(folder), ...removed.left] };
  } catch (error) {
    const left = [...leftOf(folder), `${folder} could not be removed: ${messageOf(error)}`, ...removed.left];
    return { folder, ...removed, found: true, ended: [], left };
  }
}

async function reapOnEngine({
  engine,
  ...run
}: OnEngine): Promise<Pick<Reaped, 'docker' | 'found' | 'left'>> {
  try {
    const { connectEngine, reapRun, filtersOf } = await dockerDriver();
    const { docker } = await connectEngine(engine);
    const { left, ...removed } = await reapRun(docker, run.runId, filtersOf(run));
    const found = Object.values(removed).some((names) => names.length > 0);
    return { found, docker: { engine: engine.host, ...removed }, left };
  } catch (error) {
    const text = `the containers of run ${run.runId} could not be removed: ${messageOf(error)}`;
    return { found: true, left: [text] };
  }
}

async function isOnEngine({ engine, ...run }: OnEngine): Promise<boolean> {
  try {
    const { connectEngine, thingsOf, filtersOf } = await dockerDriver();
    const things = await thingsOf((await connectEngine(engine)).docker, run.runId, filtersOf(run));
    return Object.values(things).some((names: string[]) => names.length > 0);
  } catch {
    return true;
  }
}

/** Loaded only for journals that need it: a run on processes must not wait for it. */
async function dockerDriver() {
  const [{ connectEngine }, { reapRun, thingsOf }, { ofProject, ofRun }] = await Promise.all([
    import('../drivers/docker/engine.ts'),
    import('../drivers/docker/reap.ts'),
    import('../drivers/docker/labels.ts'),
  ]);
  const filtersOf = ({ runId, project }: Omit<OnEngine, 'engine'>) =>
    project === undefined ? ofRun(runId) : ofProject(project);
  return { connectEngine, reapRun, thingsOf, filtersOf };
}

import { existsSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { leftOf, reap } from '../../drivers/undo/reap.ts';
import { messageOf } from '../../support/errors.ts';
import type { Json } from '../../support/json.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import { readJournal } from './journal.ts';

/** What was removed of one environment that a journal names. */
export interface Reaped {
  /** Where it keeps its files on this machine. */
  folder: string;
  /** Whether anything of it was there: its folder, a process, or something on an engine. */
  found: boolean;
  /** Ids of the processes that were ended. */
  ended: number[];
  /** Of an environment in containers: on each engine, names of what was removed there. */
  docker: { engine: string; containers: string[]; networks: string[]; volumes: string[] }[];
  /** What is still there, in words; empty when everything was removed. */
  left: string[];
}

/**
 * Stops and removes every environment that a journal names, the last first. Safe to repeat. Faults are not undone one by
 * one here: the servers that they were injected into are removed.
 */
export async function reapJournal(journal: string): Promise<Reaped[]> {
  const reaped: Reaped[] = [];
  for (const made of environmentsOf(journal)) reaped.push(await reapEnvironment(made));
  return reaped;
}

/**
 * Whether anything is left of the environments that a journal names.
 *
 * @param askEngines whether container engines are asked; one that does not answer counts as if it held something
 */
export async function stillThere(journal: string, askEngines: boolean): Promise<boolean> {
  for (const { folder, onEngines } of environmentsOf(journal)) {
    if (existsSync(folder) || leftOf(folder).length > 0) return true;
    if (!askEngines) continue;
    for (const one of onEngines) if (await isOnEngine(one)) return true;
  }
  return false;
}

/** The run has left its servers to another one, whose journal names them from then on. */
export const HANDED_ON = 'environment.handed-on';

interface Made {
  folder: string;
  /** Empty for an environment that is not in containers. */
  onEngines: OnEngine[];
}

/** A run on a Docker engine, as its journal says. */
interface OnEngine {
  runId: string;
  /** The compose project that the run brought up; left out: the driver has made everything itself. */
  project?: string;
  engine: { host: string; certPath: string | null };
}

function environmentsOf(journal: string): Made[] {
  const made = new Map<string, Map<string, OnEngine>>();
  const records = readJournal(journal);
  const handedOn = records.filter(({ op }) => op === HANDED_ON).map(({ args }) => args['folder']);
  for (const record of records.reverse()) {
    const { folder } = record.args;
    if (record.op !== 'environment.reap' || typeof folder !== 'string' || !isOurs(folder)) continue;
    if (handedOn.includes(folder)) continue;
    const engines = made.get(folder) ?? new Map<string, OnEngine>();
    made.set(folder, engines);
    const onEngine = onEngineOf(record);
    if (onEngine) engines.set(onEngine.engine.host, onEngine);
  }
  return [...made].map(([folder, engines]) => ({ folder, onEngines: [...engines.values()] }));
}

/** A journal may be damaged: only what a driver can have made is removed, whatever the journal says. */
function isOurs(folder: string): boolean {
  return isAbsolute(folder) && /^nats-chaos-[\w-]+$/.test(basename(folder));
}

function onEngineOf({ driver, args }: UndoRecord): OnEngine | undefined {
  const { runId, engine, project } = args;
  if (driver !== 'docker' && driver !== 'compose') return undefined;
  if (typeof runId !== 'string' || !/^\w+$/.test(runId)) return undefined;
  // A run brings up no project of any other name.
  if (driver === 'compose' && project !== `nats-chaos-${runId}`) return undefined;
  const { host, certPath } = (engine ?? {}) as Record<string, Json>;
  if (typeof host !== 'string') return undefined;
  const own = driver === 'compose' ? { project: `nats-chaos-${runId}` } : {};
  return { runId, ...own, engine: { host, certPath: typeof certPath === 'string' ? certPath : null } };
}

async function reapEnvironment({ folder, onEngines }: Made): Promise<Reaped> {
  const there = existsSync(folder);
  // Containers first: they hold the filesystems that are mounted in the folder.
  const removed = await Promise.all(onEngines.map(reapOnEngine));
  const docker = removed.flatMap((one) => (one.docker ? [one.docker] : []));
  const leftThere = removed.flatMap(({ left }) => left);
  try {
    const ended = await reap(folder);
    const found = there || ended.length > 0 || removed.some((one) => one.found);
    return { folder, docker, found, ended, left: [...leftOf(folder), ...leftThere] };
  } catch (error) {
    const left = [...leftOf(folder), `${folder} could not be removed: ${messageOf(error)}`, ...leftThere];
    return { folder, docker, found: true, ended: [], left };
  }
}

/** What was removed from one engine, and what is left there. */
interface RemovedFrom {
  docker?: Reaped['docker'][number];
  found: boolean;
  left: string[];
}

async function reapOnEngine({ engine, ...run }: OnEngine): Promise<RemovedFrom> {
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
    import('../../drivers/docker/engine/engine.ts'),
    import('../../drivers/docker/engine/reap.ts'),
    import('../../drivers/docker/engine/labels.ts'),
  ]);
  const filtersOf = ({ runId, project }: Omit<OnEngine, 'engine'>) =>
    project === undefined ? ofRun(runId) : ofProject(project);
  return { connectEngine, reapRun, thingsOf, filtersOf };
}

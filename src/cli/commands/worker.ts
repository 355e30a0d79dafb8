import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { existsSync, readdirSync } from 'node:fs';
import type { Offer } from '../../fleet/needs.ts';
import type { Permit } from '../../fleet/permit.ts';
import { Queue } from '../../nats/queue/queue.ts';
import { makeFolder } from '../../support/make-folder.ts';
import { ExitCode } from '../exit-codes.ts';
import { neededQueue, type QueueOptions } from '../fleet/queue-options.ts';
import { complain, print } from '../output.ts';
import { packageVersion } from '../package.ts';
import { catchInterrupts } from '../run/interrupts.ts';
import { recoverRuns } from '../suite/matrix-folder.ts';
import { carryRun } from '../worker/carry-run.ts';
import { offerHere } from '../worker/offer.ts';
import { restrictVariables } from '../worker/variables.ts';
import { Worker } from '../worker/worker.ts';

export interface WorkerCommandOptions extends QueueOptions {
  slots: number;
  cores?: number;
  out: string;
  /** Milliseconds. */
  stopAfter?: number;
  /** Milliseconds. */
  idle?: number;
  allowDriver?: string[];
  allowRootFaults?: boolean;
  allowCommands?: boolean;
  allowBinary?: string[];
  allowAddresses?: boolean;
  allowServerConfig?: boolean;
  allowFolder?: string[];
  allowVariable?: string[];
  secrets?: string[];
}

/**
 * `chaos worker`: carries out runs of a queue until it is stopped, its time is up, or it has nothing to do.
 *
 * @returns 0 when everything that it began is done, or given back; 4 when something could not be undone
 */
export async function workerCommand(options: WorkerCommandOptions): Promise<number> {
  const access = neededQueue(options, process.env);
  const permit = permitOf(options);
  restrictVariables(process.env, { allowed: options.allowVariable ?? [], files: options.secrets ?? [] });
  const interrupts = catchInterrupts(() => complain('already undoing everything; please wait'));
  const { signal } = interrupts;
  try {
    const id = newWorkerId();
    const folder = resolve(options.out, id);
    const left = await recoverEarlier(resolve(options.out));
    if (left.length > 0) {
      complain(`an earlier worker has left something that cannot be undone: chaos recover ${left.join(' ')}`);
      return ExitCode.unclean;
    }
    makeFolder(folder);
    const offer = await offerHere(permit, process.env, options.cores);
    const queue = await Queue.open(access, `nats-chaos/worker/${id}`, signal);
    try {
      await queue.check();
      print(`worker ${id} with ${options.slots} slots; ${offerText(offer([]), permit)}`);
      const worker = new Worker({
        ...{ queue, id, version: packageVersion(), slots: options.slots, offer, signal },
        carryOut: carryRun({ queue, permit, folder }),
        ...(options.stopAfter === undefined ? {} : { stopAfterMs: options.stopAfter }),
        ...(options.idle === undefined ? {} : { idleMs: options.idle }),
        say: (line) => print(`${new Date().toISOString()} ${line}`),
      });
      const { why, done, unclean } = await worker.run();
      print(`worker ${id} ends after ${done} runs: ${why}`);
      return unclean ? ExitCode.unclean : ExitCode.pass;
    } finally {
      await queue.close();
    }
  } finally {
    interrupts.release();
  }
}

function permitOf(options: WorkerCommandOptions): Permit {
  return {
    drivers: options.allowDriver ?? [],
    rootFaults: options.allowRootFaults === true,
    commands: options.allowCommands === true,
    binaries: (options.allowBinary ?? []).map((path) => resolve(path)),
    addresses: options.allowAddresses === true,
    serverConfig: options.allowServerConfig === true,
    folders: (options.allowFolder ?? []).map((path) => resolve(path)),
  };
}

/** Recognizable for people, and different at every start. */
function newWorkerId(): string {
  const host = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 40);
  return `${host}-${randomBytes(4).toString('hex')}`;
}

/** Takes down what the runs of workers have left that were killed here, where their guardians did not. @returns what is left */
async function recoverEarlier(out: string): Promise<string[]> {
  const left: string[] = [];
  for (const worker of foldersIn(out))
    for (const run of foldersIn(worker)) {
      const reports = join(run, 'reports');
      if (existsSync(reports)) left.push(...(await recoverRuns(reports, 'may be')));
    }
  return left;
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}

function offerText({ drivers, cores }: Offer, permit: Permit): string {
  const names = Object.entries(drivers).map(([name, can]) => `${name} (${can.join(', ')})`);
  if (names.length === 0) return 'it allows no driver, and so no run: see --allow-driver';
  const more = [
    permit.rootFaults ? 'faults that need root' : '',
    permit.commands ? 'programs of experiments' : '',
    permit.addresses ? 'addresses of experiments' : '',
  ].filter((one) => one !== '');
  return `${cores} cores; it allows ${[...names, ...more].join('; ')}`;
}

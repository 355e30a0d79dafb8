import { ChaosError } from '../../support/errors.ts';
import type { Json } from '../../support/json.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type {
  Configuration,
  Disk,
  Filesystems,
  LinkControl,
  Packets,
  Pressure,
  Processes,
  Resources,
} from '../driver.ts';

interface Powers {
  processes: Processes;
  linkControl: LinkControl;
  /** Left out, as any of the following: the driver has no such power, and knows no record of it. */
  disk?: Disk | undefined;
  packets?: Packets;
  filesystems?: Filesystems;
  resources?: Resources | undefined;
  pressure?: Pressure;
  configuration?: Configuration;
}

/**
 * Carries out one undo record. Each is idempotent.
 *
 * @param powers the driver, or what it has
 * @throws ChaosError for a record that nobody knows
 */
export async function replayRecord(
  record: UndoRecord,
  powers: Powers,
  deleteStream?: (cluster: string, account: string, stream: string) => Promise<void>,
): Promise<void> {
  const { op, args } = record;
  switch (op) {
    case 'links.release':
      return powers.linkControl.release(textOf(args.fault), strings(args.links));
    case 'packets.release':
      return held(powers.packets, record).release(textOf(args.fault));
    case 'processes.start':
      return powers.processes.start(textOf(args.node));
    case 'processes.resume':
      return powers.processes.resume(textOf(args.node));
    case 'disk.put-back':
      return putBack(powers.processes, held(powers.disk, record), textOf(args.node), textOf(args.mark));
    case 'filesystems.restore-power':
      return restorePower(powers.processes, held(powers.filesystems, record), textOf(args.node));
    case 'filesystems.release':
      return held(powers.filesystems, record).release(textOf(args.node));
    case 'filesystems.unslow':
      return held(powers.filesystems, record).unslow(textOf(args.node));
    case 'resources.unlimit-cpu':
      return held(powers.resources, record).unlimitCpu(textOf(args.node));
    case 'resources.unlimit-memory':
      return held(powers.resources, record).unlimitMemory(textOf(args.node));
    case 'pressure.relieve':
      return held(powers.pressure, record).relieve(textOf(args.mark));
    case 'processes.settle':
      return powers.processes.settle(textOf(args.node));
    case 'configuration.restore':
      return held(powers.configuration, record).restore(textOf(args.node), fields(args.over));
    case 'jetstream.delete-stream':
      return held(deleteStream, record)(textOf(args.cluster), textOf(args.account), textOf(args.stream));
    default:
      throw unknown(record);
  }
}

/** The copy is used up when it is put back, so that a second time does nothing. */
async function putBack(processes: Processes, disk: Disk, node: string, mark: string): Promise<void> {
  if (!disk.hasCopy(node, mark)) return;
  await processes.stop(node);
  await disk.putBack(node, mark);
}

/** A node that was frozen, and whose filesystem was not reached any more, just goes on. */
async function restorePower(processes: Processes, filesystems: Filesystems, node: string): Promise<void> {
  const { mounted, write } = await filesystems.look(node);
  if (mounted && write === 'ok') await processes.resume(node);
  else await processes.kill(node);
  await filesystems.restorePower(node);
  await processes.start(node);
}

function held<T>(power: T | undefined, record: UndoRecord): T {
  if (power === undefined) throw unknown(record);
  return power;
}

function unknown({ driver, op }: UndoRecord): ChaosError {
  return new ChaosError('failed', `the ${driver} driver does not know how to undo ${op}`);
}

function textOf(value: Json | undefined): string {
  if (typeof value !== 'string')
    throw new ChaosError('failed', `an undo record lacks a name: ${JSON.stringify(value)}`);
  return value;
}

function fields(value: Json | undefined): Record<string, Json> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ChaosError('failed', `an undo record lacks its fields: ${JSON.stringify(value)}`);
  return value;
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

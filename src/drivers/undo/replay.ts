import { ChaosError } from '../../support/errors.ts';
import type { Json } from '../../support/json.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type {
  Certificates,
  Configuration,
  Disk,
  Filesystems,
  LinkControl,
  Packets,
  Pressure,
  Processes,
  Resources,
  Services,
} from '../driver.ts';

interface Capabilities {
  processes: Processes;
  linkControl: LinkControl;
  /** This and each of the following is left out when the driver lacks the capability: it then knows no record of it. */
  disk?: Disk | undefined;
  packets?: Packets;
  filesystems?: Filesystems;
  resources?: Resources | undefined;
  pressure?: Pressure;
  configuration?: Configuration;
  certificates?: Certificates | undefined;
  services?: Services;
}

/** Where a stream is: names, not addresses. */
export interface StreamPlace {
  cluster: string;
  account: string;
  stream: string;
}

/** What is undone through the JetStream API, over connections that bypass every fault. */
export interface JetStreamUndo {
  deleteStream(place: StreamPlace): Promise<void>;
  resumeConsumer(place: StreamPlace, consumer: string): Promise<void>;
}

/**
 * Carries out one undo record. Each is idempotent.
 *
 * @param capabilities the driver, or its capabilities
 * @throws ChaosError for an unknown record
 */
export async function replayRecord(
  record: UndoRecord,
  capabilities: Capabilities,
  jetstream?: JetStreamUndo,
): Promise<void> {
  const { op, args } = record;
  switch (op) {
    case 'links.release':
      return capabilities.linkControl.release(textOf(args.fault), strings(args.links));
    case 'packets.release':
      return supported(capabilities.packets, record).release(textOf(args.fault));
    case 'processes.start':
      return capabilities.processes.start(textOf(args.node));
    case 'processes.resume':
      return capabilities.processes.resume(textOf(args.node));
    case 'services.scale-back':
      return supported(capabilities.services, record).scaleBack(textOf(args.service));
    case 'disk.put-back':
      return putBack(
        capabilities.processes,
        supported(capabilities.disk, record),
        textOf(args.node),
        textOf(args.mark),
      );
    case 'filesystems.restore-power':
      return restorePower(
        capabilities.processes,
        supported(capabilities.filesystems, record),
        textOf(args.node),
      );
    case 'filesystems.release':
      return supported(capabilities.filesystems, record).release(textOf(args.node));
    case 'filesystems.unslow':
      return supported(capabilities.filesystems, record).unslow(textOf(args.node));
    case 'resources.unlimit-cpu':
      return supported(capabilities.resources, record).unlimitCpu(textOf(args.node));
    case 'resources.unlimit-memory':
      return supported(capabilities.resources, record).unlimitMemory(textOf(args.node));
    case 'pressure.relieve':
      return supported(capabilities.pressure, record).relieve(textOf(args.mark));
    case 'processes.settle':
      return capabilities.processes.settle(textOf(args.node));
    case 'configuration.restore':
      return supported(capabilities.configuration, record).restore(textOf(args.node), fields(args.over));
    case 'certificates.restore':
      return supported(capabilities.certificates, record).restore(textOf(args.node));
    default: {
      const work = jetstream && replayOnJetStream(record, jetstream);
      if (work === undefined) throw unknown(record);
      return work;
    }
  }
}

/** Carries out a record that needs the JetStream API alone. @returns undefined for any other record */
export function replayOnJetStream(
  { op, args }: UndoRecord,
  jetstream: JetStreamUndo,
): Promise<void> | undefined {
  switch (op) {
    case 'jetstream.delete-stream':
      return jetstream.deleteStream(assetOf(args));
    case 'jetstream.resume-consumer':
      return jetstream.resumeConsumer(assetOf(args), textOf(args.consumer));
    default:
      return undefined;
  }
}

function assetOf({ cluster, account, stream }: UndoRecord['args']): StreamPlace {
  return { cluster: textOf(cluster), account: textOf(account), stream: textOf(stream) };
}

/** The copy no longer exists once it is put back, so a second call does nothing. */
async function putBack(processes: Processes, disk: Disk, node: string, mark: string): Promise<void> {
  if (!disk.hasCopy(node, mark)) return;
  await processes.stop(node);
  await disk.putBack(node, mark);
}

/** A paused node whose filesystem still works is only resumed. */
async function restorePower(processes: Processes, filesystems: Filesystems, node: string): Promise<void> {
  const { mounted, write } = await filesystems.observe(node);
  if (mounted && write === 'ok') await processes.resume(node);
  else await processes.kill(node);
  await filesystems.restorePower(node);
  await processes.start(node);
}

function supported<T>(capability: T | undefined, record: UndoRecord): T {
  if (capability === undefined) throw unknown(record);
  return capability;
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

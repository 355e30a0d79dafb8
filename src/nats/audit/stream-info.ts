import type { StreamInfo } from '@nats-io/jetstream';
import type { Milliseconds } from '../../support/units.ts';
import { askUntilAnswered } from '../ask-until-answered.ts';
import { openManager } from '../assets/manager.ts';
import type { Connection } from '../connect.ts';

/** What a stream says of itself, with all sequences between its first and last that it does not hold. @throws as `askUntilAnswered` */
export async function streamInfo(
  conn: Connection,
  name: string,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<StreamInfo> {
  const manager = await openManager(conn);
  const ask = () => manager.streams.info(name, { deleted_details: true });
  return askUntilAnswered(ask, `state of stream ${name}`, deadline, signal);
}

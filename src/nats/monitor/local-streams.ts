import { getJson, type Jsz } from './monitor.ts';

/** A replica as the server that has it reports it. */
export interface LocalStream {
  name: string;
  account: string;
  lastSeq: number;
}

/** `/jsz` of one server: every replica that it has. @throws ChaosError when it does not answer */
export async function readLocalStreams(monitor: string): Promise<LocalStream[]> {
  const jsz = await getJson<Jsz>(monitor, '/jsz?accounts=1&streams=1');
  return (jsz.account_details ?? []).flatMap(({ name: account, stream_detail: streams = [] }) =>
    streams.map(({ name, state }) => ({ name, account, lastSeq: state?.last_seq ?? 0 })),
  );
}

import { headers, type MsgHdrs } from '@nats-io/transport-node';

/** Header of an answer that is an error, as services of NATS give it. */
const CODE = 'Nats-Service-Error-Code';
const TEXT = 'Nats-Service-Error';

export function serviceError(code: number, text: string): MsgHdrs {
  const head = headers();
  head.set(CODE, String(code));
  head.set(TEXT, text);
  return head;
}

/** `an error (500)`; undefined for an answer that is none. */
export function serviceErrorIn(head: MsgHdrs | undefined): string | undefined {
  const code = head?.get(CODE) ?? '';
  return code === '' ? undefined : `${head?.get(TEXT) ?? 'an error'} (${code})`;
}

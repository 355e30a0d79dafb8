import type { Connection } from '../connect.ts';

const PREFIX = '$JS.EVENT.ADVISORY.';
/** Of the others, those on each request to the API tell nothing that whoever makes it does not know. */
const ABOUT = ['STREAM', 'CONSUMER', 'SERVER', 'DOMAIN'];

/**
 * Calls `heard` for each advisory of the connection's account, while the connection is open.
 *
 * @param heard `kind` in words: `stream leader elected`; `of`: `orders`, or `orders.worker`, empty where there is none
 */
export function hearAdvisories(connection: Connection, heard: (kind: string, of: string) => void): void {
  for (const about of ABOUT) {
    connection.subscribe(`${PREFIX}${about}.>`, {
      callback: (error, { subject }) => {
        if (error !== null) return;
        const [, what = '', ...of] = subject.slice(PREFIX.length).split('.');
        heard(`${about} ${what}`.replaceAll('_', ' ').toLowerCase(), of.join('.'));
      },
    });
  }
}

import type { Opening } from '../tls/server-tls.ts';

/** HTTP servers answer with an error, Redis with PONG. */
const LINE = 'PING\r\n\r\n';
/** SSLRequest of PostgreSQL: eight bytes, of which the first four are their number. It answers with one letter, S or N. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** What a service is asked, which says nothing by itself; null for a server of NATS. */
export function questionOf(opening: Opening): string | Buffer | null {
  switch (opening) {
    case 'asked':
      return LINE;
    case 'postgresql':
      return SSL_REQUEST;
    case 'greeting':
    case 'greeting-then-tls':
    case 'tls':
      return null;
  }
}

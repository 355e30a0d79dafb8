/**
 * A TLS handshake message of no length: a record header (handshake, TLS 1.0, 4 bytes) and a ClientHello without content. A
 * server answers it with an alert and closes. That proves that it arrived, without any certificate.
 */
export const TLS_NONSENSE = Buffer.from([0x16, 0x03, 0x01, 0x00, 0x04, 0x01, 0x00, 0x00, 0x00]);
/** The first byte of an alert. */
export const TLS_ALERT = 0x15;
/** Its size: a record header of 5 bytes, a level and a description. */
export const TLS_ALERT_BYTES = 7;

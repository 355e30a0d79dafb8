/** The host of `host:port` or of an http URL, without the brackets of IPv6; empty when there is none. */
export function hostOf(address: string): string {
  const [, bracketed, plain] = /^(?:https?:\/\/)?(?:\[([^\]]*)\]|([^\s/@:]+))(?::\d+)?$/.exec(address) ?? [];
  return bracketed ?? plain ?? '';
}

/** The port of `host:port` or of an http URL, 80 or 443 where a URL leaves it out. @throws RangeError without one */
export function portOf(address: string): number {
  const [, port] = /:(\d+)$/.exec(address) ?? [];
  if (port !== undefined) return Number(port);
  if (address.startsWith('https://')) return 443;
  if (address.startsWith('http://')) return 80;
  throw new RangeError(`${address} has no port`);
}

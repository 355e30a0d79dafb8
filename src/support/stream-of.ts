/** `cluster/stream` of a stream or consumer. */
export function streamOf(address: string): string {
  return address.split('/').slice(0, 2).join('/');
}

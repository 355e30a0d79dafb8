import type { EnvironmentSpec } from '../drivers/spec.ts';

/** The listeners with TLS, in one line; none without TLS. */
export function describeTls({ tls }: EnvironmentSpec): string[] {
  if (tls === undefined) return [];
  const listeners = (['clients', 'routes', 'leafnodes', 'gateways'] as const).flatMap((name) => {
    const wanted = tls[name];
    if (wanted === undefined) return [];
    const showsBoth = wanted === true || wanted.verify;
    return [showsBoth ? `${name} (both sides show a certificate)` : name];
  });
  return [`TLS with certificates of the run: ${listeners.join(', ')}`];
}

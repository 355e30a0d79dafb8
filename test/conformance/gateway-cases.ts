/** The two clusters as two sides. */
export const apart = { between: ['qa1a', 'qa1b'] };

/** Fault kind → cases of options, for two clusters joined by gateways. */
export const GATEWAY_CASES: [string, Record<string, unknown>][] = [
  ['partition', { ...apart, direction: 'both', mode: 'reset' }],
  ['partition', { ...apart, direction: 'both', mode: 'blackhole' }],
  ['partition', { ...apart, direction: 'forward', mode: 'blackhole' }],
  ['isolate', { nodes: 'qa1a/qa@leader', clients: false, mode: 'reset' }],
  ['flap', { ...apart, period: 400 }],
  ['latency', { ...apart, direction: 'both', latency: 40, jitter: 5 }],
  ['bandwidth', { ...apart, perSecond: 100 * 1024 }],
  ['slow-close', { ...apart, delay: 100 }],
  ['slicer', { ...apart, size: 128, variation: 0, pause: 10 }],
  ['limit-data', { ...apart, bytes: 1024 }],
  ['reset-peer', { ...apart, delay: 0 }],
  ['pause', { nodes: 'qa1b@meta-leader' }],
  ['kill', { nodes: 'qa1a@minority' }],
  ['reload', { nodes: 'qa1b@any', config: { max_payload: 65_536 } }],
];

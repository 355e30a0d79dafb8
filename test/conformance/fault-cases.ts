type Side = string | string[];
const between = (one: Side, other: Side) => ({ between: [one, other] });
const reset = { direction: 'both', mode: 'reset' };

/** Fault kind → cases of options, for the two-zone environment. A fault without a case fails the suite. */
export const FAULT_CASES: Record<string, Record<string, unknown>[]> = {
  partition: [
    { ...between('qa1a', 'qa1b'), ...reset },
    { ...between('qa1a/js1-qa1a', ['qa1a/js2-qa1a', 'qa1a/js3-qa1a']), ...reset },
    { ...between('clients', 'qa1a'), ...reset },
    { ...between('qa1a', 'qa1b'), direction: 'both', mode: 'blackhole' },
    { ...between('qa1a', 'qa1b'), direction: 'forward', mode: 'blackhole' },
    { ...between(['qa1a/js1-qa1a', 'clients'], 'qa1a/js2-qa1a'), direction: 'backward', mode: 'blackhole' },
  ],
  isolate: [
    { nodes: 'qa1a/qa@leader', clients: false, mode: 'reset' },
    { nodes: ['qa1b@minority'], clients: true, mode: 'blackhole' },
  ],
  bridge: [
    { cluster: 'qa1a', mode: 'reset' },
    { cluster: 'qa1b', over: 'qa1b/js2-qa1b', mode: 'blackhole' },
  ],
  // Its clusters are too small; it has an environment of its own.
  'majorities-ring': [],
  flap: [{ ...between('qa1a', 'qa1b'), period: 400 }],
  latency: [
    { ...between('qa1a', 'qa1b'), direction: 'both', latency: 40, jitter: 5 },
    { ...between('clients', 'qa1b/js2-qa1b'), direction: 'both', latency: 25, jitter: 0 },
    { ...between('qa1a', 'qa1b'), direction: 'forward', latency: 100, jitter: 0 },
    { ...between('clients', 'qa1a'), direction: 'forward', latency: 100, jitter: 10 },
  ],
  bandwidth: [
    { ...between('qa1a', 'qa1b'), perSecond: 100 * 1024 },
    { ...between('clients', 'qa1b'), perSecond: 1024 },
    { ...between('qa1a/js1-qa1a', 'qa1a/js2-qa1a'), perSecond: 5 * 1024 ** 2 },
  ],
  'slow-close': [
    { ...between('qa1a', 'qa1b'), delay: 100 },
    { ...between(['clients', 'qa1a/js1-qa1a'], 'qa1a/js3-qa1a'), delay: 20 },
  ],
  slicer: [
    { ...between('qa1a', 'qa1b'), size: 128, variation: 0, pause: 10 },
    { ...between(['clients', 'qa1a/js1-qa1a'], 'qa1a/js3-qa1a'), size: 16, variation: 8, pause: 5 },
  ],
  'limit-data': [
    { ...between('qa1a', 'qa1b'), bytes: 1024 },
    { ...between(['clients', 'qa1a/js1-qa1a'], 'qa1a/js3-qa1a'), bytes: 256 * 1024 },
  ],
  'reset-peer': [
    { ...between('qa1a', 'qa1b'), delay: 0 },
    { ...between(['clients', 'qa1a/js1-qa1a'], 'qa1a/js3-qa1a'), delay: 100 },
  ],
  stop: [{ nodes: 'qa1a/qa@leader' }],
  kill: [{ nodes: ['qa1b/qa@follower'] }, { nodes: 'qa1a@minority' }],
  pause: [{ nodes: 'qa1a@meta-leader' }],
  truncate: [
    { nodes: 'qa1a@minority', stream: 'qa1a/qa', files: 'blocks', cut: 64, restore: false },
    { nodes: 'qa1a/qa@follower', stream: 'qa1a/qa', files: 'raft', restore: true },
  ],
  'bit-flip': [
    { nodes: 'qa1b/qa@leader', stream: 'qa1b/qa', files: 'index', bits: 3, restore: false },
    { nodes: 'qa1b@minority', stream: 'qa1b/qa', files: 'blocks', bits: 1, restore: true },
  ],
  'delete-files': [{ nodes: 'qa1a@all', stream: 'qa1a/qa', files: 'index', restore: true }],
  'pause-kill': [{ nodes: 'qa1a@any', frozenFor: 100 }],
  'lame-duck': [{ nodes: 'qa1b/qa@leader', within: 60_000 }],
  'crash-loop': [
    { nodes: 'qa1a/qa@follower', lifetime: 300, downtime: 0, jitter: 0 },
    { nodes: 'qa1b@minority', lifetime: 400, downtime: 200, jitter: 0.5 },
  ],
  reload: [{ nodes: ['qa1a/js1-qa1a', 'qa1b@any'], config: { max_payload: 65_536 } }],
  // Its servers need TLS; it has an environment of its own.
  certificate: [],
  'fill-storage': [
    { nodes: 'qa1a/qa@leader', account: 'APP' },
    { nodes: 'qa1b@all', account: 'APP' },
  ],
  'fill-account': [
    { cluster: 'qa1a', account: 'SMALL', storage: 'file' },
    { cluster: 'qa1a', account: 'SMALL', storage: 'memory' },
  ],
};

/** The same for faults that need root, in root-suite.ts: for one zone whose stores have filesystems of their own. */
export const ROOT_FAULT_CASES: Record<string, Record<string, unknown>[]> = {
  'packet-loss': [
    { ...between('qa1a/js1-qa1a', ['qa1a/js2-qa1a', 'qa1a/js3-qa1a']), share: 0.1, direction: 'both' },
    { ...between('clients', 'qa1a/js2-qa1a'), share: 0.01, direction: 'forward' },
    { ...between('qa1a/js2-qa1a', 'qa1a/js3-qa1a'), share: 0.3, direction: 'backward' },
  ],
  'power-failure': [{ nodes: 'qa1a/qa@leader' }, { nodes: 'qa1a@all' }],
  'fill-disk': [
    { nodes: 'qa1a@any', to: 1 },
    { nodes: 'qa1a@minority', to: 0.9 },
  ],
  'slow-disk': [
    { nodes: 'qa1a@any', bandwidth: 1024 ** 2 },
    { nodes: 'qa1a@minority', writes: 20 },
  ],
  'cpu-limit': [{ nodes: 'qa1a@any', share: 0.05 }],
  'memory-limit': [{ nodes: 'qa1a@any', share: 0.9 }],
  // These need no root, only a driver whose servers are on the runner's own machine.
  'cpu-pressure': [{ workers: 2 }],
  'memory-pressure': [{ size: 64 * 1024 ** 2 }],
};

/** Faults that leave every node running and every link up. */
export const TOPOLOGY_UNCHANGED = new Set([
  'packet-loss',
  'reload',
  'certificate',
  'truncate',
  'bit-flip',
  'delete-files',
  'fill-storage',
  'fill-account',
  'fill-disk',
  'slow-disk',
  'cpu-limit',
  'memory-limit',
  'cpu-pressure',
  'memory-pressure',
]);

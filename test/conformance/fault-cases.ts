/** Fault kind → cases of options, for the two-zone environment. A fault without a case fails the suite. */
export const FAULT_CASES: Record<string, Record<string, unknown>[]> = {
  partition: [
    { between: ['qa1a', 'qa1b'] },
    { between: ['qa1a/js1-qa1a', ['qa1a/js2-qa1a', 'qa1a/js3-qa1a']] },
    { between: ['clients', 'qa1a'] },
  ],
  latency: [
    { between: ['qa1a', 'qa1b'], latency: 40, jitter: 5 },
    { between: ['clients', 'qa1b/js2-qa1b'], latency: 25, jitter: 0 },
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
  'pause-kill': [{ nodes: 'qa1a@any', after: 100 }],
  'lame-duck': [{ nodes: 'qa1b/qa@leader', within: 60_000 }],
  'crash-loop': [{ nodes: 'qa1a/qa@follower', every: 300 }],
  reload: [{ nodes: ['qa1a/js1-qa1a', 'qa1b@any'], config: { max_payload: 65_536 } }],
};

/** The same for faults that need root, in root-suite.ts: for one zone whose stores have filesystems of their own. */
export const ROOT_FAULT_CASES: Record<string, Record<string, unknown>[]> = {
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
};

/** Faults that leave every node running and every link up. */
export const UNSEEN = new Set([
  'reload',
  'truncate',
  'bit-flip',
  'delete-files',
  'fill-disk',
  'slow-disk',
  'cpu-limit',
]);

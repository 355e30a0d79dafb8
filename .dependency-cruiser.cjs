/* The table of rooms in CONTRIBUTING.md, as rules: each room may reach itself, `support`, and what is listed. */
const ROOMS = {
  support: [],
  history: [],
  nats: [],
  drivers: ['nats'],
  faults: ['drivers/driver.ts', 'nats'],
  actions: [
    'drivers/driver.ts',
    'drivers/spec.ts',
    'workloads/workload.ts',
    'faults/fault.ts',
    'faults/fields.ts',
    'faults/powers.ts',
    'faults/targets.ts',
    'nats',
  ],
  probes: ['drivers/driver.ts', 'workloads/workload.ts', 'nats'],
  workloads: ['nats', 'history'],
  checkers: ['history'],
  experiment: [
    'faults/index.ts',
    'actions/index.ts',
    'probes/index.ts',
    'workloads/index.ts',
    'checkers/index.ts',
    'probes/condition.ts',
    'drivers/driver.ts',
  ],
  plan: [
    'experiment',
    'drivers/driver.ts',
    'drivers/machine.ts',
    'drivers/spec.ts',
    'faults/index.ts',
    'actions/action.ts',
    'actions/index.ts',
    'probes/index.ts',
    'probes/condition.ts',
    'workloads/index.ts',
  ],
  verdict: ['history', 'checkers/checker.ts'],
  report: [
    'history',
    'verdict',
    'checkers/checker.ts',
    'experiment/document.ts',
    'experiment/pointer.ts',
    'experiment/source.ts',
  ],
  compare: ['history', 'verdict', 'report'],
  run: ['plan', 'experiment', 'drivers', 'faults', 'actions', 'probes', 'workloads', 'nats', 'history'],
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(ROOMS).map(([room, allowed]) => ({
      name: `room-${room}`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: {
        path: '^src/',
        pathNot: [room, 'support', ...allowed].map((p) => `^src/${p}${p.endsWith('.ts') ? '$' : '/'}`),
      },
    })),
    {
      name: 'nats-client-only-in-nats',
      comment: 'Only the nats room touches the NATS client; others may name its types.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/nats/' },
      to: { path: '@nats-io/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'heavy-code-stays-lazy',
      comment: 'The entry must start in milliseconds: commands are loaded when they are called.',
      severity: 'error',
      from: { path: '^src/cli/main\\.ts$' },
      to: {
        pathNot: ['^src/(cli|support)/', 'commander', '^node:', '^(fs|path|url|process)$'],
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};

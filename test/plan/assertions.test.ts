import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadExperiment } from '../../src/experiment/load.ts';
import { describePlan } from '../../src/plan/describe.ts';
import { buildPlan } from '../../src/plan/build.ts';
import { driverOffer } from '../../src/plan/driver-offer.ts';

const folder = mkdtempSync(join(tmpdir(), 'chaos-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'environments'));
writeFileSync(
  join(folder, 'environments/z.yaml'),
  'name: z\ntitle: Three nodes\nnats: "2.12"\nclusters: { z: { nodes: [n1, n2, n3] } }\nstreams: { z/s: { subjects: [s.>] } }\n',
);
writeFileSync(
  join(folder, 'upgraded.yaml'),
  `name: upgraded
title: To servers with assertions
environment: z
workloads: { publish: { kind: publish, stream: z/s, subject: s.x } }
steadyState: [{ kind: replicas-current, stream: z/s, min: 1 }]
method:
  - phase: upgraded
    actions: [{ kind: upgrade, cluster: z, to: 2.12+assertions, after: 1s }]
    for: 3s
    grace: 45s
`,
);

it('brings servers with assertions to processes, and refuses them where images are needed', () => {
  const loaded = loadExperiment('upgraded.yaml', { env: {}, cwd: folder });
  const plan = buildPlan(loaded, driverOffer('process'));
  expect(describePlan(plan)).toContain('phase upgraded, for 3 s, up to 45 s longer for its actions');
  expect(() => buildPlan(loaded, driverOffer('docker'))).toThrow(
    /upgraded\.yaml:8:48: the docker driver has no images of nats-server with assertions \(2\.12\+assertions\): use the driver process/,
  );
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { serviceChecks } from '../../../src/cli/doctor/services.ts';

const folder = mkdtempSync(join(tmpdir(), 'doctor-services-'));
afterAll(() => rmSync(folder, { recursive: true }));

const environment = (name: string, services: string): void =>
  writeFileSync(
    join(folder, `${name}.yaml`),
    `name: ${name}\ntitle: One\nnats: "2.12"\nclusters:\n  z: { nodes: [n1] }\nservices:\n${services}`,
  );

it('names what services lack here, with how to get it, and nothing that is there', () => {
  environment(
    'one',
    '  db: { command: [no-such-db], install: apt-get install no-such-db }\n  node: { command: [node] }\n',
  );
  environment(
    'two',
    '  store: { command: [no-such-db] }\n  other: { command: ["/no/such"], build: { programs: [no-such-tool] } }\n',
  );
  environment('broken', '  db: { command: [no-such-thing], replicas: none }\n');
  mkdirSync(join(folder, 'folder.yaml'));
  expect(serviceChecks({}, folder)).toEqual([
    {
      id: 'service-no-such-db',
      title: 'no-such-db',
      status: 'limited',
      detail: 'not there, and needed by the service db in one, store in two',
      hint: 'apt-get install no-such-db',
    },
    expect.objectContaining({
      title: '/no/such',
      detail: 'not there, and needed by the service other in two',
    }),
  ]);
  expect(serviceChecks({}, join(folder, 'none'))).toEqual([]);
});

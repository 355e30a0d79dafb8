import { DockerDriver } from '../../src/drivers/docker/managed/docker-driver.ts';
import { oneZoneSpec } from '../support/one-zone-spec.ts';
import { rootSuite } from './root-suite.ts';

rootSuite('docker', {
  create: (ctx) => new DockerDriver(ctx),
  spec: () => ({ ...oneZoneSpec(), stores: 'own-filesystem', limits: ['cpu', 'memory'], packets: true }),
});

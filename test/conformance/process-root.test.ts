import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { oneZoneSpec } from '../support/one-zone-spec.ts';
import { rootSuite } from './root-suite.ts';

rootSuite('process', {
  create: (ctx) => new ProcessDriver(ctx),
  spec: () => ({ ...oneZoneSpec(), stores: 'own-filesystem', limits: ['cpu', 'memory'], packets: true }),
});

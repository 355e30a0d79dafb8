import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { oneZoneSpec } from '../support/one-zone-spec.ts';
import { diskActionSuite } from './action-suite-disk.ts';

diskActionSuite('process', { create: (ctx) => new ProcessDriver(ctx), spec: oneZoneSpec });

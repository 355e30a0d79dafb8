import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { driverSuite } from './driver-suite.ts';

driverSuite('process', { create: (ctx) => new ProcessDriver(ctx), spec: () => dualMirrorSpec() });

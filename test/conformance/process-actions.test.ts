import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { actionSuite } from './action-suite.ts';

actionSuite('process', { create: (ctx) => new ProcessDriver(ctx), spec: () => dualMirrorSpec() });

import { DockerDriver } from '../../src/drivers/docker/managed/docker-driver.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { actionSuite } from './action-suite.ts';

actionSuite('docker', { create: (ctx) => new DockerDriver(ctx), spec: () => dualMirrorSpec() });

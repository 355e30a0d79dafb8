import { DockerDriver } from '../../src/drivers/docker/managed/docker-driver.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { driverSuite } from './driver-suite.ts';

driverSuite('docker', { create: (ctx) => new DockerDriver(ctx), spec: () => dualMirrorSpec() });

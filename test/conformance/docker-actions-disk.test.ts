import { DockerDriver } from '../../src/drivers/docker/managed/docker-driver.ts';
import { oneZoneSpec } from '../support/one-zone-spec.ts';
import { diskActionSuite } from './action-suite-disk.ts';

diskActionSuite('docker', { create: (ctx) => new DockerDriver(ctx), spec: oneZoneSpec });

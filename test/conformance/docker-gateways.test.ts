import { DockerDriver } from '../../src/drivers/docker/docker-driver.ts';
import { gatewaySuite } from './gateway-suite.ts';

gatewaySuite('docker', (ctx) => new DockerDriver(ctx));

import { DockerDriver } from '../../src/drivers/docker/managed/docker-driver.ts';
import { gatewaySuite } from './gateway-suite.ts';

gatewaySuite('docker', (ctx) => new DockerDriver(ctx));

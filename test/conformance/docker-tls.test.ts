import { DockerDriver } from '../../src/drivers/docker/managed/docker-driver.ts';
import { tlsSuite } from './tls-suite.ts';

tlsSuite('docker', (ctx) => new DockerDriver(ctx));

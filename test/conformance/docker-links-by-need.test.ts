import { DockerDriver } from '../../src/drivers/docker/managed/docker-driver.ts';
import { linksByNeedSuite } from './links-by-need-suite.ts';

linksByNeedSuite('docker', (ctx) => new DockerDriver(ctx));

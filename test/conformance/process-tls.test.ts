import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { tlsSuite } from './tls-suite.ts';

tlsSuite('process', (ctx) => new ProcessDriver(ctx));

import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { gatewaySuite } from './gateway-suite.ts';

gatewaySuite('process', (ctx) => new ProcessDriver(ctx));

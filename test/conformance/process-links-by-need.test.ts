import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { linksByNeedSuite } from './links-by-need-suite.ts';

linksByNeedSuite('process', (ctx) => new ProcessDriver(ctx));

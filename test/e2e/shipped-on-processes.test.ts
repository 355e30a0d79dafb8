import { readdirSync } from 'node:fs';
import { ON_BOTH_DRIVERS, shippedSuite } from './shipped-suite.ts';

const SHIPPED = readdirSync('experiments').filter((name) => name.endsWith('.yaml'));

shippedSuite(
  SHIPPED.filter((name) => !ON_BOTH_DRIVERS.includes(name)),
  [],
);

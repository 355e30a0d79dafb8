import { createHash } from 'node:crypto';
import { actions } from '../actions/index.ts';
import type { Capability } from '../drivers/driver.ts';
import { faults } from '../faults/index.ts';
import { needsRoot } from './machine-offer.ts';
import { ownPrograms } from './own-programs.ts';
import type { ActionPlan, FaultPlan, Plan } from './plan.ts';

import { CLAIM_RULES } from './rules/claims.ts';
import { EVIDENCE_RULES } from './rules/evidence.ts';
import { FAULT_RULES } from './rules/faults.ts';
import type { Rule } from './rules/rule.ts';
import { RUN_RULES } from './rules/run.ts';

/** The one table: every rule that can count against a run, the most important first. */
export const RULES: readonly Rule[] = [...RUN_RULES, ...FAULT_RULES, ...CLAIM_RULES, ...EVIDENCE_RULES];

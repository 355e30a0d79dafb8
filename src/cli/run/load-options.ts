import type { LoadOptions, Overrides } from '../../experiment/load.ts';
import { secrecy } from '../secrecy.ts';
import { readableVariables } from './variables.ts';
import { overridesOf } from './overrides.ts';

/** How every command reads files: with the process's variables, and with their secrets recorded. */
export function loadOptions(given: Overrides = {}): LoadOptions {
  const { variables, secrets } = readableVariables(process.env);
  secrecy.learn(secrets);
  return { env: variables, overrides: overridesOf(given), learn: secrecy.learn };
}

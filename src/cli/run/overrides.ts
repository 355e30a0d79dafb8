import type { Overrides } from '../../experiment/load.ts';

/** What the command line says in place of the files. */
export function overridesOf({ nats, environment }: Overrides): Overrides {
  return { ...(nats === undefined ? {} : { nats }), ...(environment === undefined ? {} : { environment }) };
}

import type { Overrides } from '../../experiment/load.ts';

/** Values of the command line that replace those of the files. */
export function overridesOf({ nats, environment }: Overrides): Overrides {
  return { ...(nats === undefined ? {} : { nats }), ...(environment === undefined ? {} : { environment }) };
}

import { faults } from '../faults/index.ts';
import { defaulted, strictObject, Type } from '../support/schema.ts';
import { count, kindChoice, type Item } from './common-schema.ts';

const faultSchemas = faults.map((fault) => fault.schema);

/** An item of `faults`, as it stands in the file: a fault, or some of several. */
type FaultItem = SingleFault | Choose;

/** What every fault has, and what its own kind adds. Times in ms. */
export type SingleFault = Item & { keep: boolean; after?: number; for?: number; every?: number };

/** Some of several faults. */
export interface Choose extends Item {
  kind: 'choose';
  count: number;
  of: SingleFault[];
}

export function isChoose(item: FaultItem): item is Choose {
  return item.kind === 'choose';
}

const choose = strictObject(
  {
    kind: Type.Literal('choose'),
    count: defaulted(count('How many of them are struck.', 1), 1),
    of: Type.Array(kindChoice<SingleFault>('chosenFault', faultSchemas, 'A fault that may be chosen.'), {
      minItems: 2,
      maxItems: 16,
      description: 'The faults to choose from.',
    }),
  },
  'Strikes some of several faults, chosen by the seed when the phase begins.',
);

/** The choice is the last, so that what may be chosen is known by then under the names of its kinds. */
export const faultItem = kindChoice<FaultItem>(
  'fault',
  [...faultSchemas, choose],
  'A fault, undone when the phase ends, unless keep: true; or a choice of several.',
);

import { faults, type ConflictPolicy } from '../../../faults/index.ts';
import { defaulted, strictObject, Type } from '../../../support/schema.ts';
import { count, kindChoice, type Item } from '../common.ts';

const faultSchemas = faults.map((fault) => fault.schema);

/** An item of `faults` in the file: a fault, or a choice of several. */
type FaultItem = SingleFault | Choose;

/** The fields of every fault, and those of its kind. Times in ms. */
export type SingleFault = Item & {
  keep: boolean;
  after?: number;
  for?: number;
  every?: number;
  onConflict?: ConflictPolicy;
  maySkip?: boolean;
};

/** A choice: some of several faults. */
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
    count: defaulted(count('How many of them are injected.', 1), 1),
    of: Type.Array(kindChoice<SingleFault>('chosenFault', faultSchemas, 'A fault that may be chosen.'), {
      minItems: 2,
      maxItems: 16,
      description: 'The faults to choose from.',
    }),
  },
  'Injects some of several faults, chosen by the seed when the phase begins.',
);

/** The choice is last: the definitions of the kinds that it may choose must exist before it refers to them. */
export const faultItem = kindChoice<FaultItem>(
  'fault',
  [...faultSchemas, choose],
  'A fault, undone when the phase ends, unless keep: true; or a choice of several.',
);

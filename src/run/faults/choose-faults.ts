import type { ChoiceRecord } from '../../history/record.ts';
import type { FaultPlan, PhasePlan } from '../../plan/plan.ts';
import { randomFor } from '../../support/random.ts';

/** The faults of a phase in the order of the file, and what each `choose` picked: the same for the same seed. */
export function chooseFaults(
  phase: Pick<PhasePlan, 'faults'>,
  seed: number,
): { faults: FaultPlan[]; choices: ChoiceRecord[] } {
  const choices: ChoiceRecord[] = [];
  const faults = phase.faults.flatMap((item) => {
    if (!('of' in item)) return [item];
    const chosen = new Set(randomFor(seed, item.id).sample(item.of, item.count));
    choices.push({
      id: item.id,
      of: item.of.map((fault) => ({ fault: fault.id, title: fault.title, chosen: chosen.has(fault) })),
    });
    return item.of.filter((fault) => chosen.has(fault));
  });
  return { faults, choices };
}

/** `choose#1: 2 of 3: kill c/n1; pause c/n2`. */
export function choiceText({ id, of }: ChoiceRecord): string {
  const chosen = of.filter((one) => one.chosen);
  return `${id}: ${chosen.length} of ${of.length}: ${chosen.map((one) => one.title).join('; ')}`;
}

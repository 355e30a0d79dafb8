import { entriesOf, field, itemsOf, numberOf, textOf, textsOf } from '../../source/lenient.ts';
import type { Pointer } from '../../source/pointer.ts';
import type { ExperimentContext, ExperimentRule } from '../rule.ts';

export const checkEvidence: ExperimentRule = {
  name: 'checks/evidence',
  demand: 'A check names only workloads that can give its evidence, and has something to judge.',
  check(context) {
    itemsOf(field(context.value, 'checks')).forEach((check, i) => {
      const kind = textOf(field(check, 'kind')) ?? '';
      const at: Pointer = `/checks/${i}`;
      if (kind in NEEDS_CONSUMER) refuseReaders(context, check, at, NEEDS_CONSUMER[kind] ?? '');
      if (kind === 'queue-fair') refuseLonely(context, check, at);
      if (kind in ALTERNATIVES && !publishes(context)) refuseIdle(context, check, at, kind);
    });
  },
};

/** Kind → why a stream that is read in order, through a consumer that is made anew, is no use to it. */
const NEEDS_CONSUMER: Readonly<Record<string, string>> = {
  starved: 'which pending messages a consumer forgot is known only of one that stays',
  'redelivery-bounded': 'an ordered consumer delivers nothing again',
  'queue-fair': 'an ordered consumer is shared with nobody',
};

/** Kind → fields that give it something to judge where nothing is published. */
const ALTERNATIVES: Readonly<Record<string, readonly string[]>> = {
  intact: [],
  gapless: ['streams', 'received'],
  'no-phantoms': ['streams', 'received'],
};

function refuseReaders(
  { value, complaints }: ExperimentContext,
  check: unknown,
  at: Pointer,
  why: string,
): void {
  textsOf(field(check, 'received')).forEach((name, j) => {
    const stream = textOf(field(workload(value, name), 'ordered'));
    if (stream === undefined) return;
    complaints.error(
      `${at}/received/${j}`,
      `"${name}" reads ${stream} in order, without a consumer that stays: ${why}`,
    );
  });
}

/** A consumer with one member has nothing to share. */
function refuseLonely({ value, complaints }: ExperimentContext, check: unknown, at: Pointer): void {
  const names = textsOf(field(check, 'received'));
  const consumers = names.map((name) => textOf(field(workload(value, name), 'consumer')));
  names.forEach((name, j) => {
    const consumer = consumers[j];
    if (consumer === undefined || consumers.filter((one) => one === consumer).length > 1) return;
    if ((numberOf(field(workload(value, name), 'members')) ?? 1) > 1) return;
    complaints.error(
      `${at}/received/${j}`,
      `no other workload of this check reads from ${consumer}: "${name}" shares it with nobody`,
    );
  });
}

function publishes({ value }: ExperimentContext): boolean {
  return entriesOf(field(value, 'workloads')).some(([, one]) => textOf(field(one, 'kind')) === 'publish');
}

function refuseIdle({ complaints }: ExperimentContext, check: unknown, at: Pointer, kind: string): void {
  const others = ALTERNATIVES[kind] ?? [];
  if (others.some((name) => textsOf(field(check, name)).length > 0)) return;
  const instead = others.length === 0 ? '' : `, and it names neither ${others.join(' nor ')}`;
  complaints.error(at, `${kind} has nothing to judge: no workload publishes${instead}`);
}

function workload(value: unknown, name: string): unknown {
  return field(field(value, 'workloads'), name);
}

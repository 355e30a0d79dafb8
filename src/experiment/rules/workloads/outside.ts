import { placeProblems } from '../../resolve/service-places.ts';
import { entriesOf, field, itemsOf, textOf, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentContext, ExperimentRule } from '../rule.ts';

export const outsideWorkloads: ExperimentRule = {
  name: 'workloads/outside',
  demand:
    'A workload that talks to a service names a place that there is and one pace, and accepted requests are followed to ledgers.',
  check(context) {
    const { value, inventory, complaints } = context;
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      const at = child('/workloads', name);
      const kind = textOf(field(workload, 'kind'));
      if (kind === 'http') {
        const web = { protocols: ['http', 'https'] };
        for (const [where, text] of [
          ...placeProblems(workload, inventory, web),
          ...paceProblems(workload),
          ...textProblems(workload),
        ])
          complaints.error(`${at}/${where}`, text);
      }
      if (kind !== 'ledger') continue;
      for (const [store, demand] of Object.entries(STORES)) {
        const place = field(workload, store);
        if (place === undefined) continue;
        for (const [where, text] of placeProblems(place, inventory, demand))
          complaints.error(`${at}/${store}/${where}`, text);
      }
    }
    checkFollowed(context);
  },
};

const STORES = {
  redis: { protocols: ['redis', 'rediss'] },
  http: { protocols: ['http', 'https'], one: true },
  sql: { protocols: ['postgres', 'postgresql'], one: true },
};

type Problem = readonly [field: string, message: string];

function paceProblems(workload: unknown): Problem[] {
  if (field(workload, 'stages') === undefined) return [];
  if (field(workload, 'interval') !== undefined)
    return [['interval', 'interval cannot stand beside stages: stages begin from a rate']];
  return field(workload, 'rate') === 'max'
    ? [['rate', 'stages need a rate to begin from, and "max" is none']]
    : [];
}

function textProblems(workload: unknown): Problem[] {
  const method = textOf(field(workload, 'method')) ?? 'POST';
  const hasBody = field(workload, 'body') !== undefined;
  const bodiless: Problem[] =
    hasBody && ['GET', 'HEAD'].includes(method)
      ? [['body', `a ${method} request has no body; expected a method such as POST`]]
      : [];
  const pattern = textOf(field(field(workload, 'expect'), 'body'));
  if (pattern === undefined) return bodiless;
  try {
    new RegExp(pattern.replaceAll(/\{(id|n)\}/g, '0'), 'm');
    return bodiless;
  } catch (error) {
    return [...bodiless, ['expect/body', (error as Error).message]];
  }
}

/** Requests are in no stream, and consumers do not know them again. */
function checkFollowed({ value, cast, complaints }: ExperimentContext): void {
  itemsOf(field(value, 'checks')).forEach((check, i) => {
    const published = textOf(field(check, 'published')) ?? '';
    if (cast.workloads.get(published) !== 'http') return;
    const received = textsOf(field(check, 'received'));
    if (received.length === 0)
      complaints.error(
        `/checks/${i}/published`,
        `requests of ${published} are in no stream: expected ledger workloads in \`received\`, which read what became of them`,
      );
    received.forEach((name, j) => {
      if (cast.workloads.get(name) === 'consume')
        complaints.error(
          `/checks/${i}/received/${j}`,
          `"${name}" consumes messages, and does not know the requests of ${published} again; expected a ledger workload`,
        );
    });
  });
}

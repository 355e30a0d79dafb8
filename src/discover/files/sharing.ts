import type { ConfValue } from '../../conf/value.ts';
import type { Json } from '../../support/json.ts';
import { MapReader, textsOf } from './reader.ts';

/** What an account exports, as an environment states it. */
export function exportsOf(values: readonly ConfValue[], block: MapReader): Json[] {
  return values.flatMap((value): Json[] => {
    if (value.kind !== 'map') return [];
    const item = new MapReader(value, block.notes);
    const [stream, service] = [item.text('stream'), item.text('service')];
    const accounts = textsOf(item.value('accounts'));
    const response = item.text('response', 'response_type')?.toLowerCase();
    const subject = stream ?? service;
    item.noteRest('an export');
    if (subject === undefined) return [];
    return [
      {
        kind: stream === undefined ? 'service' : 'stream',
        subject,
        ...(accounts.length === 0 ? {} : { accounts }),
        ...(stream === undefined && response !== undefined && RESPONSES.includes(response)
          ? { response }
          : {}),
      },
    ];
  });
}

const RESPONSES = ['single', 'stream', 'chunked'];

/** What an account imports. */
export function importsOf(values: readonly ConfValue[], block: MapReader): Json[] {
  return values.flatMap((value): Json[] => {
    if (value.kind !== 'map') return [];
    const item = new MapReader(value, block.notes);
    const [stream, service] = [item.map('stream'), item.map('service')];
    const from = stream ?? service;
    const [account, subject] = [from?.text('account'), from?.text('subject')];
    const [prefix, to] = [item.text('prefix'), item.text('to')];
    const share = item.value('share');
    item.noteRest('an import');
    if (account === undefined || subject === undefined) return [];
    return [
      {
        kind: stream === undefined ? 'service' : 'stream',
        account,
        subject,
        ...(prefix === undefined || stream === undefined ? {} : { prefix }),
        ...(to === undefined || prefix !== undefined ? {} : { to }),
        ...(stream === undefined && share?.kind === 'flag' && share.value === true ? { share: true } : {}),
      },
    ];
  });
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAck, SequenceReader } from '../../../src/nats/publish/pub-ack.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

test.each(['{"stream":"qa","seq":', '{"stream":"qa", "domain":"hub", "seq":'])(
  'a sequence after %s is read as JSON would read it',
  (form) => {
    const reader = new SequenceReader();
    reader.learn(bytes(`${form}7}`));
    fc.assert(
      fc.property(fc.integer({ min: 1 }), (seq) => {
        const answer = bytes(`${form}${seq}}`);
        expect(reader.read(answer)).toBe(seq);
        expect(parseAck(answer)?.seq).toBe(seq);
      }),
    );
  },
);

test.each([
  '{"stream":"qa","seq":12,"duplicate":true}',
  '{"stream":"qa","seq":12, "duplicate": true}',
  '{"stream":"qa","seq":12,"domain":"hub"}',
  '{"stream":"other","seq":12}',
  '{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"},"stream":"qa","seq":0}',
  '{"stream":"qa","seq":12,"batch":"b","count":12}',
  '{"stream":"qa","seq":}',
  '{"stream":"qa","seq":12',
  '12}',
  '',
])('%s is left to JSON', (text) => {
  const reader = new SequenceReader();
  expect(reader.read(bytes(text))).toBe(0);
  reader.learn(bytes('{"stream":"qa","seq":1}'));
  expect(reader.read(bytes(text))).toBe(0);
});

test('it learns no form from an answer that says more', () => {
  const reader = new SequenceReader();
  reader.learn(bytes('{"stream":"qa","seq":1,"value":7}'));
  expect(reader.read(bytes('{"stream":"qa","seq":1,"value":8}'))).toBe(0);
});

import { expect, test } from 'vitest';
import { AckSubject } from '../../../src/nats/consume/ack-subject.ts';

test.each([
  '$JS.ACK.qa.worker.3.1234567.89.1764376730000000000.12',
  '$JS.ACK.hub.ACCHASH.qa.worker.3.1234567.89.1764376730000000000.12',
  '$JS.ACK._.ACCHASH.qa.worker.3.1234567.89.1764376730000000000.12.random',
])('%s says what was delivered', (subject) => {
  const { seq, deliveries, consumerSeq } = read(subject) ?? {};
  expect([seq, deliveries, consumerSeq]).toEqual([1234567, 3, 89]);
});

test.each([
  undefined,
  '',
  '_INBOX.a.b',
  '$JS.ACK.qa.worker.3.12',
  '$JS.ACK.qa.worker.x.1234567.89.1764376730000000000.12',
  '$JS.ACK.qa.worker.3.0.89.1764376730000000000.12',
  '$JS.ACK.qa.worker.3..89.1764376730000000000.12',
])('%s is not the reply subject of a delivery', (subject) => {
  expect(read(subject)).toBeUndefined();
});

function read(subject: string | undefined): AckSubject | undefined {
  const delivery = new AckSubject();
  return delivery.read(subject) ? delivery : undefined;
}

import { expect, test } from 'vitest';
import type { GeneratorWatch } from '../../../src/workloads/pace/generator-watch.ts';
import { OfferTally } from '../../../src/workloads/pace/offer-tally.ts';

test('a message that had to wait for room is late by the servers, one that had not by the generator', () => {
  const offer = new OfferTally(watch(false));
  offer.sent(1000, 990, -Infinity, 1);
  offer.sent(1000, 500, 995, 1);
  offer.sent(1000, 500, 600, 1);
  offer.skipped(2000, 7, 1500, true);
  offer.skipped(3000, 5, 1500, false);
  expect(offer.record()).toEqual({
    planned: 15,
    sent: 3,
    late: 2,
    skipped: 12,
    byGenerator: [
      { t: 1000, late: 1, skipped: 0 },
      { t: 3000, late: 0, skipped: 5 },
    ],
  });
});

test('while the generator is slow itself, nothing is held against the servers', () => {
  const offer = new OfferTally(watch(true));
  offer.sent(1000, 500, 999, 1);
  offer.skipped(1000, 7, 1500, true);
  expect(offer.record().byGenerator).toEqual([{ t: 1000, late: 1, skipped: 7 }]);
});

function watch(isSlow: boolean): GeneratorWatch {
  return { wasSlow: () => isSlow } as unknown as GeneratorWatch;
}

import { expect, it } from 'vitest';
import { offerSentence } from '../../src/report/offer-text.ts';

const offered = { planned: 1000, sent: 1000, late: 0, skipped: 0, byGenerator: [] };

it('says nothing of a load that was offered as planned, or of one without a plan', () => {
  expect(offerSentence({})).toBeNull();
  expect(offerSentence({ offered })).toBeNull();
  // Late because of the servers: the latency shows it.
  expect(offerSentence({ offered: { ...offered, late: 70 } })).toBeNull();
});

it('tells what the generator missed from what the servers held up', () => {
  expect(offerSentence({ offered: { ...offered, sent: 900, skipped: 100 } })).toBe(
    'sent 900 of 1,000 planned messages: the servers held up the rest',
  );
  const byGenerator = [
    { t: 0, late: 30, skipped: 60 },
    { t: 1000, late: 10, skipped: 0 },
  ];
  expect(offerSentence({ offered: { ...offered, sent: 940, late: 40, skipped: 60, byGenerator } })).toBe(
    "sent 940 of 1,000 planned messages; 40 sent late and 60 not at all by the generator's own doing",
  );
});

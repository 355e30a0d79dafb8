import { expect, it } from 'vitest';
import { describeSpace } from '../../src/explore/describe.ts';
import type { Space, SpaceItem } from '../../src/experiment/resolve/space.ts';

const item = (room: SpaceItem['room'], name: string, weight: number, stream: string): SpaceItem => ({
  ...{
    room,
    kind: name.split(' ')[0] ?? '',
    name: `${room} ${name}`,
    weight,
    onLinks: false,
    at: '/explore',
  },
  fields: { stream: { values: [stream] } },
});

it('names what a space offers as its coverage does, below one another', () => {
  const space: Space = {
    ...{ lengthMs: 8_000, events: { from: 2, to: 6 }, kinds: 3, atOnce: 2, recoveryMs: 60_000, settings: [] },
    items: [
      item('fault', 'kill', 3, 'a'),
      item('action', 'step-down', 1, 'a'),
      item('action', 'step-down 2', 1, 'b'),
    ],
  };
  const text = describeSpace(space);
  expect(text).toContain('\nfaults\n  kill (weight 3)  stream a\n');
  expect(text).toContain('\n  step-down    stream a\n  step-down 2  stream b');
});

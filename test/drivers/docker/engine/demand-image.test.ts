import { expect, it } from 'vitest';
import { withTag } from '../../../../src/drivers/docker/engine/demand-image.ts';

it.each([
  ['redis', 'redis:latest'],
  ['redis:7', 'redis:7'],
  ['registry.example:5000/redis', 'registry.example:5000/redis:latest'],
  ['registry.example:5000/redis:7', 'registry.example:5000/redis:7'],
  ['redis@sha256:0123', 'redis@sha256:0123'],
])('an image without a tag is the latest one, not all there are: %s', (image, expected) => {
  expect(withTag(image)).toBe(expected);
});

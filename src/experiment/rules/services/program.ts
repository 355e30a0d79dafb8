import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const serviceProgram: EnvironmentRule = {
  name: 'services/program',
  demand:
    'A service has a command, or an image, or both; what an image is given needs one, and what is built a command.',
  check({ value, complaints }) {
    for (const [name, body] of entriesOf(field(value, 'services'))) {
      const at = child('/services', name);
      const hasImage = field(body, 'image') !== undefined;
      const hasBuild = field(body, 'build') !== undefined;
      if (hasBuild && hasImage)
        complaints.error(`${at}/build`, 'an image is built or named: expected `build` or `image`', 'key');
      if (hasBuild && field(body, 'command') === undefined)
        complaints.error(`${at}/build`, 'expected `command` beside it, which runs in the image', 'key');
      if (!hasImage && field(body, 'command') === undefined)
        complaints.error(at, 'expected `command`, for processes, or `image`, for containers, or both', 'key');
      if (!hasImage && field(body, 'imageCommand') !== undefined)
        complaints.error(`${at}/imageCommand`, 'expected `image` beside it', 'key');
    }
  },
};

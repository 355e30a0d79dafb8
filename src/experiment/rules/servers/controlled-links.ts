import { originOfServers } from '../../resolve/servers-origin.ts';
import { field, itemsOf } from '../../source/lenient.ts';
import type { EnvironmentRule } from '../rule.ts';

export const controlledLinks: EnvironmentRule = {
  name: 'servers/controlled-links',
  demand: 'Only an environment whose servers the runner starts puts all links under control.',
  check({ value, complaints }) {
    if (originOfServers(value) === 'started') return;
    const links = field(value, 'links');
    const at = itemsOf(links).findIndex((link) => field(link, 'kind') === 'all');
    if (links !== 'all' && at < 0) return;
    complaints.error(
      links === 'all' ? '/links' : `/links/${at}`,
      'these servers are wired already, and their links go through no proxy of the runner: leave `all` out',
    );
  },
};

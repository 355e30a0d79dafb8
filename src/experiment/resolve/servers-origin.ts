import { field } from '../source/lenient.ts';

/** Where the servers of an environment come from. */
type ServersOrigin = 'started' | 'addresses' | 'containers' | 'compose';

export function originOfServers(environment: unknown): ServersOrigin {
  if (field(environment, 'compose') !== undefined) return 'compose';
  const attach = field(environment, 'attach');
  if (attach === undefined) return 'started';
  return field(attach, 'docker') === undefined ? 'addresses' : 'containers';
}

/** Whether the servers run in containers that something else than the runner describes. */
export function isInContainers(environment: unknown): boolean {
  return ['containers', 'compose'].includes(originOfServers(environment));
}

import { ChaosError } from '../support/errors.ts';
import { address, strictObject, Type } from '../support/schema.ts';
import { atMost, type Probe } from './probe.ts';

const fields = strictObject(
  {
    kind: Type.Literal('service-healthy'),
    service: address('service', 'A service, or one replica of it as service/1.'),
  },
  'How many replicas of a service are healthy by its health check; as a word `healthy` when all are, else `unhealthy`.',
);

export const serviceHealthy: Probe<typeof fields> = {
  kind: 'service-healthy',
  summary: 'How many replicas of a service are healthy; healthy when all are',
  proof: "The health check of each replica, as the environment declares it, past the links' proxies.",
  example: '{ kind: service-healthy, service: api, is: healthy, within: 20s }',
  exampleEnvironment: 'services',
  unit: 'replicas',
  reads: 'both',
  fields,
  target: ({ service }) => service,
  bounds: ({ service }, around) => atMost(around.replicasOfService(service)),
  async read({ services }, { service: wanted }) {
    const replicas = (services?.list() ?? []).filter(
      ({ service, address: own, name }) => service === wanted || own === wanted || name === wanted,
    );
    if (services === undefined || replicas.length === 0)
      throw new ChaosError('invalid', `there is no service or replica ${wanted}`);
    const healthy = await Promise.all(replicas.map((replica) => services.healthy(replica.address)));
    const value = healthy.filter(Boolean).length;
    return { value, state: value === replicas.length ? 'healthy' : 'unhealthy' };
  },
};

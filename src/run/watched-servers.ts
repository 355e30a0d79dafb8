import type { Driver } from '../drivers/driver.ts';
import type { Plan } from '../plan/plan.ts';

/** What a run has brought up, for those who look at it from outside while it goes on. */
export interface WatchedServers {
  nodes: {
    cluster: string;
    /** Server name. */
    name: string;
    /** Base URL of the monitoring endpoint. */
    monitor: string;
  }[];
  /** Each mirror with its origin. */
  mirrors: { mirror: StreamPlace; origin: StreamPlace }[];
}

interface StreamPlace {
  cluster: string;
  account: string;
  stream: string;
}

export function watchedServers({ spec }: Plan, driver: Pick<Driver, 'nodes'>): WatchedServers {
  const placeOf = (address: string): StreamPlace[] =>
    spec.streams
      .filter((one) => one.address === address)
      .map(({ cluster, account, name }) => ({ cluster, account, stream: name }));
  return {
    nodes: driver.nodes().map(({ cluster, name, monitor }) => ({ cluster, name, monitor })),
    mirrors: spec.streams.flatMap(({ address, mirror: from }) => {
      const [mirror] = placeOf(address);
      const [origin] = from === undefined ? [] : placeOf(`${from.cluster}/${from.stream}`);
      return mirror === undefined || origin === undefined ? [] : [{ mirror, origin }];
    }),
  };
}

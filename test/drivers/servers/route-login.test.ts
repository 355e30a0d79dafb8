import { describe, expect, it } from 'vitest';
import { ConfigChanges } from '../../../src/drivers/servers/config-changes.ts';
import { routeUrl, withLoginOfRoutes, type RouteLogin } from '../../../src/drivers/servers/route-login.ts';
import { merge } from '../../../src/drivers/servers/server-config.ts';

const OWN = { user: 'routes', password: 'p@ss/1' };
const PADDING = 'nats-route://padding-1@localhost:1';
const config = (login?: RouteLogin) => ({
  server_name: 'n1',
  cluster: {
    name: 'c',
    ...(login ? { authorization: { ...login } } : {}),
    routes: [routeUrl(login, '127.0.0.1:6222'), routeUrl(login, '127.0.0.1:6223'), PADDING],
  },
});
const routesOf = (text: string): string[] =>
  (JSON.parse(text) as { cluster: { routes: string[] } }).cluster.routes;

describe('the login of routes', () => {
  it('is in their URLs, with what a URL does not allow encoded', () => {
    expect(routeUrl(OWN, 'h:1')).toBe('nats-route://routes:p%40ss%2F1@h:1');
    expect(routeUrl(undefined, 'h:1')).toBe('nats-route://h:1');
  });

  it('is the changed one when a change names another password, and the old one when it is undone', () => {
    const changes = new ConfigChanges(JSON.stringify(config(OWN)));
    const over = { cluster: { authorization: { password: 'other' } } };
    changes.add(over);
    expect(routesOf(changes.text)).toEqual([
      'nats-route://routes:other@127.0.0.1:6222',
      'nats-route://routes:other@127.0.0.1:6223',
      PADDING,
    ]);
    expect(changes.holds(over)).toBe(true);
    changes.remove(over);
    expect(JSON.parse(changes.text)).toEqual(config(OWN));
    expect(changes.holds(over)).toBe(false);
  });

  it('follows a login that there was none of before, and one that is taken away', () => {
    const given = merge(config(), { cluster: { authorization: { ...OWN } } });
    expect(withLoginOfRoutes(config(), given)).toEqual(config(OWN));
    const taken = merge(config(OWN), { cluster: { authorization: null } });
    expect(withLoginOfRoutes(config(OWN), taken)).toEqual(config());
  });

  it('leaves routes with a login of their own, and other changes, as they are', () => {
    const foreign = 'nats-route://somebody:else@127.0.0.1:6224';
    const changed = { ...config(OWN), cluster: { ...config(OWN).cluster, routes: [foreign, PADDING] } };
    expect(withLoginOfRoutes(config(OWN), changed)).toEqual(changed);
    expect(withLoginOfRoutes(config(OWN), { ...config(OWN), max_payload: 1 })).toEqual({
      ...config(OWN),
      max_payload: 1,
    });
    expect(withLoginOfRoutes({}, { listen: 'x' })).toEqual({ listen: 'x' });
  });
});

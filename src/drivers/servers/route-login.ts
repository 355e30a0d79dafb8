import type { Json } from '../../support/json.ts';

type Fields = Record<string, Json>;

/** How a server proves to its peers that it belongs to their cluster. */
export interface RouteLogin {
  user: string;
  password: string;
}

const SCHEME = 'nats-route://';

/** @param at `host:port` that the server dials */
export function routeUrl(login: RouteLogin | undefined, at: string): string {
  return `${SCHEME}${proofOf(login)}${at}`;
}

/**
 * A server asks its peers for the login in `cluster.authorization`, and gives them the one in the URLs of its routes. A
 * configuration in which only the former was changed gives the changed login too: the server that it describes has
 * another password, and not two.
 *
 * @param before the configuration without the change
 */
export function withLoginOfRoutes(before: Fields, changed: Fields): Fields {
  const { cluster } = changed;
  if (!isMap(cluster) || !Array.isArray(cluster.routes)) return changed;
  const old = routeUrl(loginOf(before), '');
  const login = loginOf(changed);
  const routes = cluster.routes.map((route) => {
    if (typeof route !== 'string' || !route.startsWith(old)) return route;
    const at = route.slice(old.length);
    // With a login of its own the route has no part in that of the cluster.
    return at.includes('@') ? route : routeUrl(login, at);
  });
  return { ...changed, cluster: { ...cluster, routes } };
}

function loginOf({ cluster }: Fields): RouteLogin | undefined {
  const authorization = isMap(cluster) ? cluster.authorization : undefined;
  if (!isMap(authorization)) return undefined;
  const { user, password } = authorization;
  return typeof user === 'string' && typeof password === 'string' ? { user, password } : undefined;
}

function proofOf(login: RouteLogin | undefined): string {
  if (login === undefined) return '';
  return `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;
}

function isMap(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

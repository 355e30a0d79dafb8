import { errors } from '@nats-io/transport-node';
import type { Connection } from '../connect.ts';
import { watchLink, type LinkState } from '../link-state.ts';
import type { Permissions } from './rights.ts';

/** A connected user, and what its server has refused it. */
export class User {
  readonly account: string;
  readonly name: string;
  readonly permissions: Permissions | undefined;
  readonly connection: Connection;
  readonly link: LinkState;
  /** The subjects of refused publishes; whoever tries anew clears them first. */
  readonly refused = new Set<string>();

  constructor(
    who: { account: string; name: string; permissions: Permissions | undefined },
    connection: Connection,
  ) {
    this.account = who.account;
    this.name = who.name;
    this.permissions = who.permissions;
    this.connection = connection;
    this.link = watchLink(connection);
    void this.#follow();
  }

  /** The server that it is connected to. */
  get server(): string | undefined {
    return this.link.connected ? this.connection.info?.server_name : undefined;
  }

  async #follow(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type !== 'error' || !(status.error instanceof errors.PermissionViolationError)) continue;
      if (status.error.operation === 'publish') this.refused.add(status.error.subject);
    }
  }
}

import { nkeys } from '@nats-io/transport-node';

/** How a user proves who it is by an NKey: it signs with the seed, and servers know the public key. */
export interface NKey {
  publicKey: string;
  /** A secret. */
  seed: string;
}

/** A key of a new user. */
export function makeUserKey(): NKey {
  const user = nkeys.createUser();
  return { publicKey: user.getPublicKey(), seed: new TextDecoder().decode(user.getSeed()) };
}

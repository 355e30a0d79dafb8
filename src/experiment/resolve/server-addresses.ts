import { entriesOf, field, textOf } from '../source/lenient.ts';
import { child, type Pointer } from '../source/pointer.ts';

interface ServerAddress {
  pointer: Pointer;
  /** `cluster/node`. */
  node: string;
  address: string;
}

/** Every client and monitoring address of servers that run already, in the order of the file. */
export function serverAddressesOf(environment: unknown): ServerAddress[] {
  return entriesOf(field(environment, 'clusters')).flatMap(([cluster, body]) =>
    entriesOf(field(body, 'servers')).flatMap(([name, server]) =>
      ['client', 'monitor'].flatMap((key) => {
        const address = textOf(field(server, key));
        const pointer = `${child(`${child('/clusters', cluster)}/servers`, name)}/${key}`;
        return address === undefined ? [] : [{ pointer, node: `${cluster}/${name}`, address }];
      }),
    ),
  );
}

import { entriesOf, field, itemsOf, textOf } from '../source/lenient.ts';
import { child, type Pointer } from '../source/pointer.ts';
import { originOf, type Inventory, type StreamEntry } from './inventory.ts';

/** What a mirror or a source copies from, as far as it can be read. */
interface PlacedOrigin {
  /** Where the file says it. */
  at: Pointer;
  /** The address of the stream that copies. */
  address: string;
  entry: StreamEntry;
  /** The API prefix that the file gives, if it does. */
  api: string | undefined;
  /** The address of the stream that is copied from. */
  name: string | undefined;
  from: StreamEntry | undefined;
}

/** An origin that is a stream of the environment. */
export type KnownOrigin = PlacedOrigin & { name: string; from: StreamEntry };

/** Every origin of a mirror or source, in the order of the file. */
export function originsOf(environment: unknown, inventory: Inventory): PlacedOrigin[] {
  return entriesOf(field(environment, 'streams')).flatMap(([address, stream]) => {
    const entry = inventory.streams.get(address);
    if (!entry) return [];
    const pointer = child('/streams', address);
    const read = (origin: unknown, at: Pointer): PlacedOrigin => {
      const name = originOf(origin);
      const from = name === undefined ? undefined : inventory.streams.get(name);
      return { at, address, entry, api: textOf(field(field(origin, 'external'), 'api')), name, from };
    };
    const mirror = field(stream, 'mirror');
    return [
      ...(mirror === undefined ? [] : [read(mirror, `${pointer}/mirror`)]),
      ...itemsOf(field(stream, 'sources')).map((source, i) => read(source, `${pointer}/sources/${i}`)),
    ];
  });
}

/** Those that can be judged further: an unknown stream, or a URL as API prefix, is an error of its own. */
export function knownOriginsOf(environment: unknown, inventory: Inventory): KnownOrigin[] {
  return originsOf(environment, inventory).filter(
    (origin): origin is KnownOrigin =>
      origin.name !== undefined && origin.from !== undefined && !isUrl(origin.api),
  );
}

export function isUrl(api: string | undefined): api is string {
  return api !== undefined && /^[a-z]+:\/\//i.test(api);
}

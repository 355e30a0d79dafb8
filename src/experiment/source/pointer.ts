/** `/a~1b/0`: where a value is, as RFC 6901 writes it. */
export type Pointer = string;

export function child(pointer: Pointer, key: string | number): Pointer {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function segments(pointer: Pointer): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a pointer, or undefined. */
export function valueAt(value: unknown, pointer: Pointer): unknown {
  let here = value;
  for (const key of segments(pointer)) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

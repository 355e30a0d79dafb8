/** What the map has for a key; made, and kept there, when it is asked for first. */
export function madeOnce<K, T>(map: Map<K, T>, key: K, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

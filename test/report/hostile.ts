import type { SavedRun } from '../../src/report/schema.ts';

/** Closes every context that a page might put it into, and calls `window.pwned` if any of it comes alive. */
export const HOSTILE =
  `</script><script>window.pwned=1</script>"'><img src=x onerror="window.pwned=1"><svg/onload=window.pwned=1>` +
  '</title></style><!--\u2028\u2029\u202E${1+1}&lt;b&gt;\u0000\u001b[2J';

/** The words that the form of a saved run itself fixes. */
const FIXED = new Set(['verdict', 'seen', 'outcome', 'unit', 'interrupted']);

/** The same run with a hostile text at the end of every string and every key that comes from outside. */
export function hostileRun(saved: SavedRun): SavedRun {
  const spoil = (value: unknown, key: string, parent: string): unknown => {
    if (typeof value === 'string') {
      const fixed = FIXED.has(key) || (key === 'kind' && ['timeline', 'events'].includes(parent));
      return fixed ? value : `${value}${HOSTILE}`;
    }
    if (Array.isArray(value)) return value.map((item) => spoil(item, key, parent));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        const open = ['counts', 'versions', 'roles', 'readings', 'options'].includes(key);
        return [open ? `${name}${HOSTILE}` : name, spoil(item, name, key)];
      }),
    );
  };
  return spoil(saved, '', '') as SavedRun;
}

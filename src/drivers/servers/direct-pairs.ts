import type { LinkInfo } from '../driver.ts';

/** Whether two nodes may be connected without a proxy: they have a link, and each link that they have is direct. */
export function mayConnectDirectly(links: readonly LinkInfo[], one: string, other: string): boolean {
  const between = links.filter(
    ({ from, to }) => (from === one && to === other) || (from === other && to === one),
  );
  return between.length > 0 && between.every(({ direct }) => direct === true);
}

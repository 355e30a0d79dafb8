/** A block of IPv4 addresses: its first one as a number, and how many bits the prefix has. */
export interface Block {
  first: number;
  bits: number;
}

/** `172.18.0.0/16`. @throws RangeError when it is none */
export function parseBlock(text: string): Block {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  if (!match) throw new RangeError(`"${text}" is not a block of IPv4 addresses`);
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  return { first: ((a * 256 + b) * 256 + c) * 256 + d, bits };
}

export function formatBlock({ first, bits }: Block): string {
  return `${formatAddress(first)}/${bits}`;
}

/** The address of a host, counted from the block's first address. */
export function hostAddress(block: Block, host: number): string {
  return formatAddress(block.first + host);
}

/**
 * Cuts a block into as many smaller ones, all alike and none larger than 256 addresses, as they are needed.
 *
 * @returns null when the block is too small for that
 */
export function carve(block: Block, count: number, size: number): Block[] | null {
  const bits = Math.max(24, block.bits + Math.ceil(Math.log2(count)));
  if (bits > 30 || 2 ** (32 - bits) < size) return null;
  return Array.from({ length: count }, (_, i) => ({ first: block.first + i * 2 ** (32 - bits), bits }));
}

/**
 * The interface that leads to just this block; null without one.
 *
 * @param routes the text of `/proc/net/route`
 */
export function routedTo({ first, bits }: Block, routes: string): string | null {
  const row = routes
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .find(([, to, , , , , , mask]) => littleEndian(to) === first && littleEndian(mask) === maskOf(bits));
  return row?.[0] ?? null;
}

/** The kernel shows addresses as it holds them: the last byte first. */
function littleEndian(hex = ''): number {
  return Number.parseInt(hex.match(/../g)?.reverse().join('') ?? '', 16);
}

function maskOf(bits: number): number {
  return 2 ** 32 - 2 ** (32 - bits);
}

function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

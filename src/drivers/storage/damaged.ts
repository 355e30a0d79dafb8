import type { Damage } from '../capabilities/disk.ts';

/** A file's content after the damage; null when the file is deleted. */
export function damaged(content: Buffer, damage: Damage): Buffer | null {
  switch (damage.kind) {
    case 'delete':
      return null;
    case 'truncate':
      return content.subarray(0, damage.toBytes);
    case 'flip': {
      const flipped = Buffer.from(content);
      for (const { offset, bit } of damage.bits) flipped[offset] = (flipped[offset] ?? 0) ^ (1 << bit);
      return flipped;
    }
  }
}

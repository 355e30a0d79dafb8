import type { Milliseconds } from '../../support/units.ts';

const MANTISSA = 4096;
const MAX_EXPONENT = 15;

/**
 * Packs a time into 16 bits, exact to 0.05 %: `(code & 4095) * 2 ** (code >> 12)` µs, up to 134 s. Negative times are 0.
 */
export function encodeLate(ms: Milliseconds): number {
  let mantissa = Math.round(ms * 1000);
  if (!(mantissa > 0)) return 0;
  let exponent = 0;
  while (mantissa >= MANTISSA) {
    if (exponent === MAX_EXPONENT) return 0xffff;
    mantissa = Math.round(mantissa / 2);
    exponent += 1;
  }
  return (exponent << 12) | mantissa;
}

export function decodeLate(code: number): Milliseconds {
  return ((code & (MANTISSA - 1)) * 2 ** (code >> 12)) / 1000;
}

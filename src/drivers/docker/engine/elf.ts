import { ChaosError } from '../../../support/errors.ts';
import { run } from '../../../support/exec.ts';

/** ELF's numbers for machines, with their names in Go. */
const MACHINES: Record<number, string> = { 3: '386', 40: 'arm', 62: 'amd64', 183: 'arm64' };
const PT_INTERP = 3;

/** @throws ChaosError `unavailable` for a binary that a Linux machine of that kind cannot run */
export function refuseOtherMachine(binary: Buffer, path: string, arch: string): void {
  const isElf = binary.subarray(0, 4).toString('latin1') === '\x7fELF';
  const machine = isElf ? MACHINES[binary.readUInt16LE(18)] : undefined;
  if (machine === arch) return;
  throw new ChaosError(
    'unavailable',
    `${path} is ${isElf ? `for ${machine ?? 'another machine'}` : 'no Linux program'}, and the Docker engine runs linux/${arch}`,
    { hint: 'let the engine pull the official image, or name a binary for that machine' },
  );
}

/** A shared library that a binary needs: its path here, and its path in an image, without the leading `/`. */
export interface Library {
  path: string;
  inside: string;
}

/**
 * The libraries that a binary needs: none for a static binary, such as a release; the loader and its libraries for one
 * that was built with cgo.
 *
 * @throws ChaosError `unavailable`
 */
export async function librariesOf(binary: Buffer, path: string): Promise<Library[]> {
  if (!isDynamic(binary)) return [];
  const { exitCode, stdout, stderr } = await run('ldd', [path], { timeoutMs: 10_000 });
  if (exitCode !== 0 || /not found/.test(stdout)) {
    throw new ChaosError('unavailable', `${path} is not static, and ldd says: ${(stderr || stdout).trim()}`, {
      hint: 'name a static binary, such as one of the official releases',
    });
  }
  // `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, and the loader by its path alone.
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, library = '']) => ({
    path: library,
    inside: library.slice(1),
  }));
}

/** Whether a loader must load it. */
function isDynamic(binary: Buffer): boolean {
  const is64 = binary[4] === 2;
  const [tableAt, entryBytes, entries] = is64
    ? [Number(binary.readBigUInt64LE(32)), binary.readUInt16LE(54), binary.readUInt16LE(56)]
    : [binary.readUInt32LE(28), binary.readUInt16LE(42), binary.readUInt16LE(44)];
  return Array.from({ length: entries }, (_, i) => binary.readUInt32LE(tableAt + i * entryBytes)).includes(
    PT_INTERP,
  );
}

import { describe, expect, it } from 'vitest';
import { librariesOf, refuseOtherMachine } from '../../../../src/drivers/docker/engine/elf.ts';

/** A 64-bit ELF header for a machine, with program headers of these types. */
function program(machine: number, ...types: number[]): Buffer {
  const binary = Buffer.alloc(64 + 56 * types.length);
  binary.write('\x7fELF', 'latin1');
  binary[4] = 2;
  binary.writeUInt16LE(machine, 18);
  binary.writeBigUInt64LE(64n, 32);
  binary.writeUInt16LE(56, 54);
  binary.writeUInt16LE(types.length, 56);
  types.forEach((type, i) => binary.writeUInt32LE(type, 64 + 56 * i));
  return binary;
}

const AMD64 = 62;
const [LOAD, DYNAMIC, INTERP] = [1, 2, 3];

describe('a binary for an image', () => {
  it('has to be for the machine of the engine', () => {
    expect(() => refuseOtherMachine(program(AMD64), '/x', 'amd64')).not.toThrow();
    expect(() => refuseOtherMachine(program(AMD64), '/x', 'arm64')).toThrow(
      '/x is for amd64, and the Docker engine runs linux/arm64',
    );
    expect(() => refuseOtherMachine(Buffer.from('#!/bin/sh'), '/x', 'amd64')).toThrow(
      '/x is no Linux program, and the Docker engine runs linux/amd64',
    );
  });

  it('needs nothing beside itself when no other program has to load it', async () => {
    expect(await librariesOf(program(AMD64, LOAD, DYNAMIC), '/not/asked')).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('takes along the libraries that it needs', async () => {
    // Node itself is such a program.
    const libraries = await librariesOf(program(AMD64, INTERP), process.execPath);
    expect(libraries.map(({ inside }) => inside)).toContainEqual(expect.stringMatching(/libc\.so|musl/));
    for (const { path, inside } of libraries) expect(`/${inside}`).toBe(path);
  });
});

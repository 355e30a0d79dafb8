import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { librariesOf, refuseOtherMachine } from '../../src/drivers/docker/engine/elf.ts';
import { ChaosError } from '../../src/support/errors.ts';
import { findProgram } from '../../src/support/find-program.ts';

/** Copies a program of this machine, and the libraries that it loads to where it looks for them. @throws ChaosError `unavailable` */
export async function copyProgram(
  path: string,
  system: string,
  inside: string,
  arch: string | undefined,
): Promise<void> {
  const binary = await readFile(path);
  if (arch !== undefined) refuseOtherMachine(binary, path, arch);
  for (const from of [{ path, inside }, ...(await librariesOf(binary, path))]) {
    const target = join(system, from.inside);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(from.path, target);
    await chmod(target, 0o755);
  }
}

/** Names of the same program: packages install it by the first two, and Docker brings it by the third. */
const INITS = ['tini-static', 'tini', 'docker-init'];

/** @throws ChaosError `unavailable` */
export function findInit(): string {
  for (const name of INITS) {
    const path = findProgram(name);
    if (path !== undefined) return path;
  }
  throw new ChaosError(
    'unavailable',
    'the image needs tini as its process 1, and there is none on the PATH',
    {
      hint: 'install the package tini',
    },
  );
}

/** Libraries that the C library loads by itself when it looks a name up; a newer one has them inside. */
const NAME_LIBRARIES = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'];

/** Those that are beside the C library of a program. */
export async function nameService(program: string): Promise<string[]> {
  const libraries = await librariesOf(await readFile(program), program);
  const libc = libraries.find(({ path }) => path.endsWith('/libc.so.6'));
  if (libc === undefined) return [];
  return NAME_LIBRARIES.map((name) => join(dirname(libc.path), name)).filter(existsSync);
}

const CERTIFICATES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

/** The authorities that this machine trusts: at most one file. */
export function certificates(): string[] {
  return CERTIFICATES.filter(existsSync).slice(0, 1);
}

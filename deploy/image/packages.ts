import { existsSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, relative } from 'node:path';

interface Locked {
  dev?: boolean;
  devOptional?: boolean;
}

/** Types and maps are of no use at run time. */
const UNUSED = /\.(d\.[mc]?ts|map)$/;

/** Copies the packages that the program imports, as the lock file lists them, without those for development. */
export async function copyPackages(package_: string, to: string): Promise<void> {
  for (const path of productionPackages(package_))
    await cp(join(package_, path), join(to, path), {
      recursive: true,
      // A package within another one is in the list itself.
      filter: (file) => !UNUSED.test(file) && !relative(join(package_, path), file).includes('node_modules'),
    });
}

function productionPackages(package_: string): string[] {
  const lock = JSON.parse(readFileSync(join(package_, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .map(([path]) => path)
    .filter((path) => !path.includes('node_modules/@types/') && existsSync(join(package_, path)));
}

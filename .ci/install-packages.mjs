// Installs the packages of package-lock.json exactly, and writes nothing but node_modules; quick when they are there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

if (isInstalled()) {
  process.stdout.write('> they are there already\n');
} else {
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

/** Whether node_modules is what the lock says: npm notes there what it has installed. */
function isInstalled() {
  const [asked, locked, installed] = [
    read('package.json'),
    read('package-lock.json'),
    read('node_modules/.package-lock.json'),
  ];
  if (asked === null || locked === null || installed === null) return false;
  const { '': root = {}, ...packages } = locked.packages;
  const ofProject = ({ dependencies, devDependencies }) => JSON.stringify([dependencies, devDependencies]);
  return (
    ofProject(root) === ofProject(asked) &&
    Object.keys(installed.packages).every((path) => path in packages) &&
    Object.entries(packages).every(([path, { version, integrity, optional }]) => {
      const there = installed.packages[path];
      // Packages for other platforms are not installed.
      if (there === undefined) return optional === true;
      return there.version === version && there.integrity === integrity && existsSync(path);
    })
  );
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

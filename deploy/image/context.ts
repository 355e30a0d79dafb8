import { chmod, copyFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { resolveBinary } from '../../src/drivers/binaries/index.ts';
import { packageFolder } from '../../src/support/package-folder.ts';
import { ChaosError } from '../../src/support/errors.ts';
import { copyPackages } from './packages.ts';
import { certificates, copyProgram, findInit, nameService } from './system.ts';

export interface ContextOptions {
  /** Releases of nats-server: `2.12`, `2.12.3`, `latest`. The first one is what runs where nothing else is asked for. */
  nats: readonly string[];
  /** As Go names it, of the engine that builds; left out: that of this machine. */
  arch?: string;
  progress: (text: string) => void;
}

/** What an image is built from. */
export interface ImageContext {
  folder: string;
  /** The releases of nats-server that are in it. */
  nats: string[];
  /** The build argument of this name. */
  servers: string;
}

/** The user of the image, which is not root. */
const USERS = 'root:x:0:0:root:/:/sbin/nologin\nchaos:x:65532:65532:nats-chaos:/data:/sbin/nologin\n';
const GROUPS = 'root:x:0:\nchaos:x:65532:\n';
const NAME_SERVICES = 'passwd: files\ngroup: files\nhosts: files dns\n';

/** A file that the kernel starts as a program, because there is no `env` to find Node.js. */
const COMMAND = "#!/usr/local/bin/node\nimport('/nats-chaos/dist/cli/main.js');\n";

const SHIPPED = ['schema', 'experiments', 'environments', 'package.json', 'LICENSE', 'README.md'];

/**
 * Writes all that the image gets, and its Dockerfile, into a folder.
 *
 * @throws ChaosError `unavailable` where a program for it is missing, or this is no Linux machine
 */
export async function writeContext(folder: string, options: ContextOptions): Promise<ImageContext> {
  if (process.platform !== 'linux')
    throw new ChaosError(
      'unavailable',
      `the image gets the programs of this machine, and this is ${process.platform}`,
      {
        hint: 'build it on Linux, such as in a CI job',
      },
    );
  const package_ = packageFolder();
  const system = join(folder, 'system');
  await writeSystem(system, options);
  const servers = await copyServers(system, options);
  await copyPackages(package_, join(folder, 'packages'));
  await copyShipped(package_, join(folder, 'program'));
  await copyFile(join(package_, 'deploy/image/Dockerfile'), join(folder, 'Dockerfile'));
  return { folder, ...servers };
}

async function writeSystem(system: string, { arch }: ContextOptions): Promise<void> {
  const bin = join(system, 'usr/local/bin');
  for (const path of [bin, join(system, 'etc/ssl/certs'), join(system, 'tmp'), join(system, 'data')])
    await mkdir(path, { recursive: true });
  // For any user: Kubernetes and `docker run --user` may choose another one.
  for (const path of ['tmp', 'data']) await chmod(join(system, path), 0o1777);
  await copyProgram(process.execPath, system, 'usr/local/bin/node', arch);
  await copyProgram(findInit(), system, 'usr/local/bin/tini', arch);
  for (const path of await nameService(process.execPath)) await copyAs(path, join(system, path));
  for (const path of certificates()) await copyAs(path, join(system, 'etc/ssl/certs/ca-certificates.crt'));
  await writeFile(join(bin, 'chaos'), COMMAND);
  await chmod(join(bin, 'chaos'), 0o755);
  for (const [name, text] of [
    ['passwd', USERS],
    ['group', GROUPS],
    ['nsswitch.conf', NAME_SERVICES],
  ] as const)
    await writeFile(join(system, 'etc', name), text);
  // `chaos run experiments/…` as the documentation writes it.
  for (const name of ['experiments', 'environments'])
    await symlink(`/nats-chaos/${name}`, join(system, 'data', name));
}

/** The first release is where programs are looked for; each other one has a folder of its own on the PATH. */
async function copyServers(
  system: string,
  { nats, arch, progress }: ContextOptions,
): Promise<Omit<ImageContext, 'folder'>> {
  const toxiproxy = await resolveBinary({ tool: 'toxiproxy-server' }, { progress });
  await copyProgram(toxiproxy.path, system, 'usr/local/bin/toxiproxy-server', arch);
  const versions: string[] = [];
  const folders: string[] = [];
  for (const wanted of nats) {
    const { path, version } = await resolveBinary({ tool: 'nats-server', wanted }, { progress });
    if (versions.includes(version)) continue;
    const folder = versions.length === 0 ? 'usr/local/bin' : `servers/${version}`;
    await copyProgram(path, system, `${folder}/nats-server`, arch);
    versions.push(version);
    folders.push(`/${folder}`);
  }
  return { nats: versions, servers: folders.join(':') };
}

/** Without what only developers read: maps of the bundles, and the programs of the benches. */
async function copyShipped(package_: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const others = ['bench', 'image'].map((name) => resolve(package_, 'dist', name));
  await cp(join(package_, 'dist'), join(to, 'dist'), {
    recursive: true,
    filter: (path) => !path.endsWith('.map') && !others.includes(resolve(path)),
  });
  for (const name of SHIPPED) await cp(join(package_, name), join(to, name), { recursive: true });
}

async function copyAs(path: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await copyFile(path, target);
}

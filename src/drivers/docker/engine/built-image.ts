import { createHash } from 'node:crypto';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { ChaosError } from '../../../support/errors.ts';
import { findProgram } from '../../../support/find-program.ts';
import type { DriverContext } from '../../driver.ts';
import type { BuildSpec, EnvironmentSpec } from '../../spec.ts';
import { tolerating } from './calls.ts';
import { librariesOf, refuseOtherMachine } from './elf.ts';
import type { Engine } from './engine.ts';
import { foldersOf, importImage } from './images.ts';
import { LABEL } from './labels.ts';
import { packTar, tarHeader, type TarEntry } from './tarball.ts';

/** Names that programs look up, such as the user that a web server becomes. */
const USERS = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n';
const GROUPS = 'root:x:0:\nnogroup:x:65534:\nnobody:x:65534:\n';
const BLOCK_BYTES = 512;

/** Services whose images are built, with the names of these; each image is made if it does not exist yet. @throws ChaosError */
export async function withBuiltImages(
  spec: EnvironmentSpec,
  engine: Engine,
  { progress }: Pick<DriverContext, 'progress'>,
): Promise<EnvironmentSpec> {
  const services = [];
  for (const service of spec.services ?? []) {
    const { container } = service;
    if (container?.build === undefined) services.push(service);
    else {
      const image = await builtImage(engine, service.name, container.build, progress);
      services.push({ ...service, container: { ...container, image } });
    }
  }
  return services.length === 0 ? spec : { ...spec, services };
}

/** A file of this machine that an image gets, at the same path. */
interface Copied {
  path: string;
  mode: number;
  sizeBytes: number;
  changedMs: number;
}

/**
 * An image of programs and files of this machine, made if it does not exist yet; it stays for later runs. It is imported,
 * not built, because that needs no builder and no registry.
 */
async function builtImage(
  engine: Engine,
  service: string,
  { programs, copy }: BuildSpec,
  progress: DriverContext['progress'],
): Promise<string> {
  const found = programs.map((program) => programAt(program));
  const paths = [
    ...new Set([...(await withLibraries(engine, found)), ...copy.flatMap((path) => filesBelow(path))]),
  ].sort();
  const files = paths.map(copied);
  const key = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
  const [repo, tag] = [`nats-chaos/service-${service.toLowerCase()}`, key];
  const name = `${repo}:${tag}`;
  if (await tolerating([404], engine.docker.getImage(name).inspect())) return name;
  progress(`making the image ${name} of ${found.join(', ')} and ${files.length - found.length} other files`);
  const folders = [...new Set([...found.map((path) => dirname(path)), '/bin', '/usr/bin'])];
  const changes = [`ENV PATH=${folders.join(delimiter)}`, `LABEL ${LABEL.image}=service`];
  await importImage(engine, { repo, tag, changes }, archiveOf(files));
  return name;
}

function programAt(program: string): string {
  const path = findProgram(program);
  if (path === undefined)
    throw new ChaosError('unavailable', `there is no program ${program} that the image could get`);
  return path;
}

/** @throws ChaosError for a program of another kind of machine than the engine's */
async function withLibraries(engine: Engine, programs: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const path of programs) {
    const binary = await readFile(path);
    paths.push(path);
    // A script has no libraries: its interpreter is a program of its own.
    if (binary.subarray(0, 2).toString('latin1') === '#!') continue;
    refuseOtherMachine(binary, path, engine.arch);
    paths.push(...(await librariesOf(binary, path)).map((library) => library.path));
  }
  return paths;
}

/** The files of a folder, and of those in it, links followed; of a file itself. @param above the folders around it */
export function filesBelow(path: string, above: readonly string[] = []): string[] {
  const kind = statSync(path, { throwIfNoEntry: false });
  // A link to nowhere has nothing to copy, and a socket or device none that could be.
  if (kind?.isFile() === true) return [path];
  if (kind?.isDirectory() !== true) return [];
  const real = realpathSync(path);
  // A link to a folder around it has no end.
  if (above.includes(real)) return [];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name), [...above, real]));
}

function copied(path: string): Copied {
  const { mode, size, mtimeMs } = statSync(path);
  return { path, mode: mode & 0o777, sizeBytes: size, changedMs: Math.round(mtimeMs) };
}

async function* archiveOf(files: readonly Copied[]): AsyncGenerator<Buffer> {
  const inside = files.map(({ path }) => path.slice(1));
  const fixed: TarEntry[] = [
    ...foldersOf([...inside, 'etc/', 'tmp/', 'run/']),
    { path: 'etc/passwd', mode: 0o644, content: Buffer.from(USERS) },
    { path: 'etc/group', mode: 0o644, content: Buffer.from(GROUPS) },
  ];
  const own = fixed.filter(({ path }) => !inside.includes(path));
  for (const { path, mode, content } of own) {
    yield tarHeader(path, mode, content.length);
    yield padded(content);
  }
  for (const { path, mode } of files) {
    const content = await readFile(path);
    yield tarHeader(path.slice(1), mode, content.length);
    yield padded(content);
  }
  yield packTar([]);
}

function padded(content: Buffer): Buffer {
  const rest = (BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES;
  return Buffer.concat([content, Buffer.alloc(rest)]);
}

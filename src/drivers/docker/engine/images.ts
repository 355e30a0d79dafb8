import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { ChaosError } from '../../../support/errors.ts';
import type { ToolName } from '../../binaries/index.ts';
import { engineCall, tolerating } from './calls.ts';
import { librariesOf, refuseOtherMachine } from './elf.ts';
import type { Engine } from './engine.ts';
import { LABEL } from './labels.ts';
import { packTar, type TarEntry } from './tarball.ts';

/** The folder of the binary in an image. */
const BINARY = 'nats-chaos/';

/**
 * An image that contains only a binary, made if it does not exist yet; it stays for later runs. It is imported, not
 * built, because that needs no builder and no registry.
 *
 * @returns its name
 * @throws ChaosError `unavailable` when the engine's machine cannot run the binary
 */
export async function imageOf(
  engine: Engine,
  tool: ToolName,
  version: string,
  path: string,
): Promise<string> {
  const binary = await readFile(path);
  refuseOtherMachine(binary, path, engine.arch);
  const checksum = createHash('sha256').update(binary).digest('hex').slice(0, 12);
  const [repo, tag] = [`nats-chaos/${tool}`, `${version}-${checksum}`];
  const name = `${repo}:${tag}`;
  if (await tolerating([404], engine.docker.getImage(name).inspect())) return name;
  const libraries = await librariesOf(binary, path);
  const archive = packTar([
    ...foldersOf([...libraries.map(({ inside }) => inside), BINARY, 'tmp/', 'data/']),
    { path: `${BINARY}${tool}`, mode: 0o755, content: binary },
    ...(await Promise.all(
      libraries.map(async ({ inside, path: from }) => ({
        path: inside,
        mode: 0o755,
        content: await readFile(from),
      })),
    )),
  ]);
  const changes = [`ENTRYPOINT ["/${BINARY}${tool}"]`, `LABEL ${LABEL.image}=${tool}`];
  await importImage(engine, { repo, tag, changes }, [archive]);
  return name;
}

/** @throws ChaosError */
export async function importImage(
  engine: Engine,
  options: { repo: string; tag: string; changes: string[] },
  archive: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<void> {
  const what = `making the image ${options.repo}:${options.tag}`;
  const answer = await engineCall(
    what,
    engine.docker.importImage(Readable.from(archive) as NodeJS.ReadableStream, options),
  );
  const said = await textOf(answer);
  if (/"error"/.test(said)) throw new ChaosError('failed', `${what}: ${said.trim()}`);
}

/** The folders above some files, and folders themselves, the outer ones first. */
export function foldersOf(paths: readonly string[]): TarEntry[] {
  const folders = new Set(
    paths.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, i, parts) => `${parts.slice(0, i + 1).join('/')}/`),
    ),
  );
  return [...folders].sort().map((path) => ({
    path,
    mode: basename(path) === 'tmp' ? 0o1777 : 0o755,
    content: Buffer.alloc(0),
  }));
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  return text;
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';

/**
 * Publishes versions of a Go module in a folder, as a module proxy serves them, so that the real toolchain builds
 * them without a network.
 *
 * @returns the environment that makes Go look there and nowhere else
 */
export async function publishGoModule(
  folder: string,
  module: string,
  versions: readonly string[],
  files: Record<string, string>,
): Promise<NodeJS.ProcessEnv> {
  const root = join(folder, 'proxy');
  const base = join(
    root,
    module.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`),
    '@v',
  );
  await mkdir(base, { recursive: true });
  await writeFile(join(base, 'list'), versions.map((version) => `v${version}\n`).join(''));
  const goMod = `module ${module}\n\ngo 1.20\n`;
  for (const version of versions) {
    const entries = Object.entries({ 'go.mod': goMod, ...files });
    const zip = storedZip(entries.map(([name, text]) => [`${module}@v${version}/${name}`, text]));
    await writeFile(join(base, `v${version}.info`), JSON.stringify({ Version: `v${version}` }));
    await writeFile(join(base, `v${version}.mod`), goMod);
    await writeFile(join(base, `v${version}.zip`), zip);
  }
  return {
    GOPROXY: pathToFileURL(root).href,
    GOSUMDB: 'off',
    GOTOOLCHAIN: 'local',
    GOMODCACHE: join(folder, 'modules'),
    GOPATH: join(folder, 'gopath'),
  };
}

/** A zip archive whose entries are not compressed. */
function storedZip(entries: [string, string][]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of entries) {
    const data = Buffer.from(text);
    const label = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(data.length, 18);
    fields.writeUInt16LE(label.length, 22);
    const position = Buffer.alloc(14);
    position.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x00'), fields, position, label);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04'), fields, label, data]);
    local.push(entry);
    offset += entry.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

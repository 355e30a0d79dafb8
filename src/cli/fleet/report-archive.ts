import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MAX_REPORT_BYTES } from '../../fleet/limits.ts';
import { ChaosError } from '../../support/errors.ts';

export interface PackedReport {
  sha256: string;
  bytes: number;
  /** Name of the folder of the run. */
  folder: string;
  /** Its history was left out, because it was too large. */
  shortened?: true;
}

/** What is to be undone of a run. */
const JOURNAL = 'journal.ndjson';
/** Most of a report may be the history, and no verdict needs it. */
const HISTORY = 'history';
/** What a report may unpack to: histories shrink to a tenth at most. */
const MOST_UNPACKED_BYTES = 10 * MAX_REPORT_BYTES;
const MOST_FILES = 10_000;

/**
 * Packs the folder of a run as a compressed archive.
 *
 * @throws ChaosError `resources` when it is too large even without its history
 */
export async function packReport(folder: string, archive: string): Promise<PackedReport> {
  const whole = await pack(folder, archive, () => true);
  if (whole.bytes <= MAX_REPORT_BYTES) return whole;
  const short = await pack(folder, archive, (path) => path.split('/')[1] !== HISTORY);
  if (short.bytes <= MAX_REPORT_BYTES) return { ...short, shortened: true };
  throw new ChaosError(
    'resources',
    `the report has ${short.bytes} bytes; expected ${MAX_REPORT_BYTES} at most`,
  );
}

async function pack(folder: string, file: string, wanted: (path: string) => boolean): Promise<PackedReport> {
  const { create } = await import('tar');
  const filter = (path: string, entry: object): boolean =>
    wanted(path) && 'isFile' in entry && (isKind(entry, 'isFile') || isKind(entry, 'isDirectory'));
  await create({ cwd: dirname(folder), file, gzip: true, portable: true, filter }, [basename(folder)]);
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Uint8Array);
  return { sha256: hash.digest('hex'), bytes: statSync(file).size, folder: basename(folder) };
}

function isKind(entry: object, kind: 'isFile' | 'isDirectory'): boolean {
  const judge: unknown = (entry as Record<string, unknown>)[kind];
  return typeof judge === 'function' && judge.call(entry) === true;
}

/**
 * Unpacks an archive that a worker has sent, which may be anybody: only files and folders below the folder of that name, which
 * must not be there yet and is there whole or not at all. Its journal is emptied: what was to be undone was undone where the run
 * was, and `chaos recover` must not do here what somebody else has written.
 *
 * @param out the folder that gets the folder of the run
 * @returns the path of the folder of the run
 * @throws ChaosError `invalid` for an archive with anything else, or more than a report can have
 */
export async function unpackReport(archive: string, out: string, folder: string): Promise<string> {
  const { extract } = await import('tar');
  // A name with a dot in front is that of a run that is going on.
  if (!/^[A-Za-z0-9]/.test(folder) || folder !== basename(folder))
    throw new ChaosError('invalid', `the report of a worker is called "${folder}", as no report is`);
  const path = join(out, folder);
  const fresh = join(out, `.${folder}.${process.pid}.partial`);
  let [bytes, files] = [0, 0];
  let problem: string | undefined;
  mkdirSync(fresh, { recursive: true });
  try {
    await extract({
      cwd: fresh,
      file: archive,
      strict: true,
      preserveOwner: false,
      noMtime: false,
      filter: (name, entry) => {
        const type = 'type' in entry ? entry.type : undefined;
        files += 1;
        bytes += entry.size;
        const [top] = name.split('/');
        if (type !== 'File' && type !== 'Directory') problem ??= `${name} is neither a file nor a folder`;
        if (top !== folder || name.split('/').includes('..')) problem ??= `${name} is not in ${folder}`;
        if (files > MOST_FILES) problem ??= `more than ${MOST_FILES} files`;
        if (bytes > MOST_UNPACKED_BYTES) problem ??= `more than ${MOST_UNPACKED_BYTES} bytes`;
        return problem === undefined;
      },
    });
    if (problem !== undefined) throw new ChaosError('invalid', `the report of a worker has ${problem}`);
    const journal = join(fresh, folder, JOURNAL);
    rmSync(journal, { recursive: true, force: true });
    mkdirSync(dirname(journal), { recursive: true });
    writeFileSync(journal, '');
    renameSync(join(fresh, folder), path);
    return path;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

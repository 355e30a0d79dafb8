import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { parseConf, type ConfSurroundings } from '../../conf/parse.ts';
import { placeText, type ConfMap } from '../../conf/value.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Note } from '../model.ts';

/**
 * Files here, and these variables; what is missing becomes a note.
 *
 * @param cwd files are shown relative to it
 */
export function filesAround(
  variables: Readonly<Record<string, string | undefined>>,
  cwd: string,
  notes: Note[],
): ConfSurroundings {
  return {
    lenient: (text, place) => void notes.push({ where: placeText(place), text }),
    variable: (name) => variables[name],
    include: (path, from) => {
      const full = isAbsolute(path) ? path : resolve(cwd, dirname(from), path);
      return { text: textOf(full), file: relative(cwd, full) };
    },
  };
}

/** Reads a configuration of nats-server with all that it includes. @throws ChaosError `invalid` with its place */
export function readConf(path: string, around: ConfSurroundings, cwd: string): ConfMap {
  return parseConf(textOf(path), relative(cwd, path), around);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ChaosError('invalid', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

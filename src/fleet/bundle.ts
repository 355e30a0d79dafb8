import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { strictObject, Type, type Static } from '../support/schema.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import { Reader } from './checked.ts';
import { MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES } from './limits.ts';
import { RELATIVE_PATH } from './run-request.ts';

const bundleSchema = strictObject(
  {
    files: Type.Record(Type.String({ pattern: RELATIVE_PATH }), Type.String(), {
      additionalProperties: false,
      minProperties: 1,
      maxProperties: MAX_BUNDLE_FILES,
    }),
  },
  'the files of an experiment',
);

/**
 * The files of an experiment, by their paths below one folder: the experiment, its environment, and what these name. Only
 * texts, so that there is nothing in it but files: no links, no permissions, no devices.
 */
export type Bundle = Static<typeof bundleSchema>;

const bundles = new Reader<Bundle>(bundleSchema, MAX_BUNDLE_BYTES);

/** A bundle as an object of the queue. */
export interface PackedBundle {
  /** SHA-256 of `content`, and the name of the object. */
  sha256: string;
  /** Compressed JSON. */
  content: Uint8Array;
}

/** Equal files make an equal object. @throws ChaosError `invalid` when they are too many or too large */
export function packBundle({ files }: Bundle): PackedBundle {
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  let content: Uint8Array;
  try {
    content = gzipSync(bundles.write({ files: sorted }));
  } catch (thrown) {
    throw new ChaosError('invalid', `the files of an experiment cannot be sent: ${messageOf(thrown)}`, {
      hint: `a bundle has up to ${MAX_BUNDLE_FILES} texts of ${MAX_BUNDLE_BYTES} bytes together`,
    });
  }
  return { sha256: createHash('sha256').update(content).digest('hex'), content };
}

/** @throws ChaosError `invalid` for what is no bundle, or would grow too large */
export function unpackBundle(content: Uint8Array): Bundle {
  let bytes: Uint8Array;
  try {
    bytes = gunzipSync(content, { maxOutputLength: MAX_BUNDLE_BYTES });
  } catch (thrown) {
    throw new ChaosError('invalid', `the bundle cannot be unpacked: ${messageOf(thrown)}`);
  }
  const { value, problem } = bundles.read(bytes);
  if (problem !== undefined) throw new ChaosError('invalid', `the bundle is not as it should be: ${problem}`);
  const inFile = Object.keys(value.files).find((path) => isBelowFile(path, value.files));
  if (inFile !== undefined) throw new ChaosError('invalid', `the bundle has ${inFile} below another file`);
  return value;
}

function isBelowFile(path: string, files: Bundle['files']): boolean {
  const parts = path.split('/');
  return parts.some((_, i) => i > 0 && Object.hasOwn(files, parts.slice(0, i).join('/')));
}

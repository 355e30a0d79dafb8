import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const CALL = /\bassert\.(?:Always|AlwaysOrUnreachable|Sometimes|Reachable|Unreachable)\(/g;

/**
 * How many assertions of the Antithesis SDK the source of nats-server has: calls in `server/`, without its tests.
 *
 * @param folder of the module
 */
export async function assertionsIn(folder: string): Promise<number> {
  const server = join(folder, 'server');
  const names = (await readdir(server)).filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'));
  const texts = await Promise.all(names.map((name) => readFile(join(server, name), 'utf8')));
  return texts.reduce((sum, text) => sum + (isAsserting(text) ? (text.match(CALL) ?? []).length : 0), 0);
}

/** Other packages are called `assert` too. */
function isAsserting(text: string): boolean {
  return text.includes('"github.com/antithesishq/antithesis-sdk-go/assert"');
}

#!/usr/bin/env node
/**
 * What `chaos` starts. It loads no file of the program until it can say that this has failed: Node.js itself would end
 * with 1, which here means that an experiment has failed.
 */
import { writeSync } from 'node:fs';

/** `ExitCode.error`. */
const ERROR = 3;
const DESCRIPTORS = new Set(['EMFILE', 'ENFILE']);

try {
  await import('./main.ts');
} catch (thrown) {
  say(`the program cannot be loaded: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  say(hintFor(thrown));
  if (process.argv.includes('--debug') && thrown instanceof Error) say(String(thrown.stack));
  // Other files may still be being loaded: nothing waits for them.
  process.exit(ERROR);
}

function hintFor(thrown: unknown): string {
  const { code } = (thrown ?? {}) as NodeJS.ErrnoException;
  if (DESCRIPTORS.has(code ?? '')) return 'let it have more file descriptors: ulimit -n 4096';
  if (thrown instanceof SyntaxError) return 'it needs Node.js 20.19 or newer';
  return 'build it again, or install it again';
}

/** Not by process.stderr, which may need a descriptor of its own. */
function say(text: string): void {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // Nobody hears it; the exit code says it too.
  }
}

import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { resolveBinary } from '../../src/drivers/binaries/index.ts';

/** The promise that a saboteur breaks, and when: `saboteur/program.mjs` has the details. */
export type Sabotage = 'lose' | 'repeat' | 'delay';

/**
 * A program that is a real nats-server with a saboteur beside it, for `nats` of an environment. The server is what the
 * driver starts, kills and pauses; the saboteur is told by the folder of the run, and goes with it.
 *
 * @returns its path
 */
export async function saboteur(folder: string, sabotage: Sabotage): Promise<string> {
  const real = await resolveBinary({ tool: 'nats-server', wanted: '2' }, { progress: () => undefined });
  const program = resolve('test/support/saboteur/program.mjs');
  const path = join(folder, `nats-server-${sabotage}`);
  const isProxy = sabotage === 'delay';
  // Where it stands before the server, the server listens elsewhere: its port is the one of the saboteur.
  const port = `$(sed -n 's/.*"listen": "[^:]*:\\([0-9]*\\)".*/\\1/p' "$2" | head -n 1)`;
  // A proxy stands before each server, and stays when that starts again; of the others one is enough for all servers.
  const mark = isProxy ? '"$2.saboteur"' : '"${2%/*}/all.saboteur"';
  const lines = [
    '#!/bin/sh',
    'if [ "$1" = -c ]; then',
    '  echo $$ > "$2.pid"',
    '  inner=0',
    ...(isProxy ? [`  inner=$((${port} + 20000)); [ "$inner" -lt 65536 ] || inner=$((inner - 40000))`] : []),
    `  if mkdir ${mark} 2> /dev/null; then`,
    `    TZ=UTC "${process.execPath}" "${program}" ${sabotage} "$2" "$inner" < /dev/null > /dev/null 2>&1 &`,
    '  fi',
    ...(isProxy ? [`  exec "${real.path}" "$@" -p "$inner"`] : []),
    'fi',
    `exec "${real.path}" "$@"`,
    '',
  ];
  writeFileSync(path, lines.join('\n'));
  chmodSync(path, 0o755);
  return path;
}

import { ChaosError } from '../../support/errors.ts';
import { defaulted, Type } from '../../support/schema.ts';
import { processes } from '../../faults/capabilities.ts';
import type { ActionContext } from '../action.ts';

/** The name under which copies of stores are kept. */
export const copyNameField = defaulted(
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
    'x-expected': 'a name of letters, digits, ".", "_" and "-" (at most 64)',
    description: 'The name of the copy; left out: snapshot.',
  }),
  'snapshot',
);

/** The mark under which the driver keeps them. */
export function markOf(options: { as: string }): string {
  return `snapshot-${options.as}`;
}

/** Freezes nodes at (nearly) the same moment. */
export async function freeze(ctx: ActionContext, nodes: readonly string[]): Promise<void> {
  await Promise.all(nodes.map((node) => processes(ctx).pause(node)));
}

/** @throws ChaosError for a node that does not run; to be called before anything is done to any of them */
export async function demandRunning(ctx: ActionContext, nodes: readonly string[]): Promise<void> {
  for (const node of nodes) {
    const state = await processes(ctx).state(node);
    if (state !== 'running') throw new ChaosError('failed', `${node} is ${state}; expected it to run`);
  }
}

/** One store in words, for the report. */
export function storeText(
  node: string,
  { files, sizeBytes, sha256 }: { files: number; sizeBytes: number; sha256: string },
): string {
  return `${node}: ${files} files, ${sizeBytes} bytes, SHA-256 ${sha256.slice(0, 12)}`;
}

import { build, type Metafile } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { checkers } from '../../src/checkers/index.ts';
import { workloads } from '../../src/workloads/index.ts';

interface Field {
  description?: string;
  properties?: Record<string, Field>;
  items?: Field;
}

describe.each([...workloads, ...checkers].map((extension) => [extension.kind, extension] as const))(
  '%s',
  (kind, it) => {
    const schema = it.schema as Field & { additionalProperties?: boolean };

    test('names its kind, has a summary, and knows exactly its own fields', () => {
      expect(schema.properties?.kind).toMatchObject({ const: kind });
      expect(it.summary).toMatch(/^[A-Z].*[^.]$/);
      expect(schema.additionalProperties).toBe(false);
    });

    test('says of every field what it means', () => {
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        if (name !== 'kind') expect(field.description, name).toMatch(/^[A-Z].*\.$/);
        if (field.items !== undefined) expect(field.items.description, name).toMatch(/\.$/);
      }
    });
  },
);

test('reading the registries does not load the NATS client', async () => {
  const { metafile } = await build({
    entryPoints: ['src/workloads/index.ts', 'src/checkers/index.ts'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'unwritten',
    write: false,
    metafile: true,
  });
  const { loaded, everything } = importsOf(metafile);
  expect(everything).toContain('@nats-io/transport-node');
  expect(loaded.filter((path) => path.startsWith('@nats-io/'))).toEqual([]);
});

/** What the entry points import when they are loaded, and what any part of them ever imports. */
function importsOf({ outputs }: Metafile): { loaded: string[]; everything: string[] } {
  const loaded = new Set<string>();
  const visit = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement') visit(next);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint?.endsWith('/index.ts') === true) visit(path);
  }
  return {
    loaded: [...loaded],
    everything: Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path)),
  };
}

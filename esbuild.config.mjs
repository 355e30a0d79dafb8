/* Bundles the sources: plain compiler output would load hundreds of small files before it could print its help. */
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));

/** Packages that stay in node_modules: they are large, have files of their own, or are rarely needed. */
const external = [
  'pino',
  '@nats-io/*',
  '@opentelemetry/*',
  'toxiproxy-node-client',
  'uplot',
  'cli-table3',
  'dockerode',
  'apache-arrow',
  'hyparquet-writer',
  '@peculiar/x509',
  'reflect-metadata',
  'undici',
  'ioredis',
  'pg',
];

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external,
  // Some bundled packages are CommonJS, and call require() for what is built into Node.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

/** Puts ready-made validators and plain schemas where the sources compile them at every start. */
const readyMade = {
  name: 'ready-made-validators',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]src[\\/]experiment[\\/]schema[\\/]validators\.ts$/ }, async () => ({
      contents: await validatorsModule(),
      loader: 'js',
      resolveDir: root,
    }));
  },
};

async function validatorsModule() {
  const { publishedSchemas, makeAjv } = await sources();
  const ajv = makeAjv({ code: { source: true, esm: true } });
  for (const [name, schema] of Object.entries(publishedSchemas)) ajv.addSchema(schema, name);
  return `${standaloneCode(ajv, { experiment: 'experiment', environment: 'environment' })}
import { withoutReferences } from './src/experiment/schema/definitions.ts';
const published = JSON.parse(${JSON.stringify(JSON.stringify(publishedSchemas))});
export const schemas = {
  experiment: withoutReferences(published.experiment),
  environment: withoutReferences(published.environment),
};
const listing = (validate) => (value) => (validate(value) ? [] : (validate.errors ?? []));
export const validators = { experiment: listing(experiment), environment: listing(environment) };`;
}

/** The schemas and their compiler, as the sources have them. */
async function sources() {
  // Beside the sources, so that it finds the same packages.
  const outdir = join(root, `dist.schemas-${process.pid}`);
  try {
    await build({
      ...common,
      outdir,
      // The compiler and what turns its work into text must be the same copy of the package.
      external: [...external, 'ajv'],
      splitting: true,
      outExtension: { '.js': '.mjs' },
      stdin: {
        contents:
          "export { publishedSchemas } from './src/experiment/schema/published.ts'; export { makeAjv } from './src/experiment/schema/compile.ts';",
        resolveDir: root,
      },
    });
    return await import(pathToFileURL(join(outdir, 'stdin.mjs')).href);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

if (process.argv.includes('--schema')) await writeSchemas();
else await bundle();

/** The published schemas, for editors; a test says when they are out of date. */
async function writeSchemas() {
  const { publishedSchemas } = await sources();
  for (const [name, schema] of Object.entries(publishedSchemas)) {
    writeFileSync(join(root, 'schema', `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
  }
}

async function bundle() {
  // Made aside and put in place when complete, so that a failed build leaves the last one alone.
  const fresh = join(root, `dist.new-${process.pid}`);
  try {
    await build({
      ...common,
      entryPoints: {
        'cli/main': 'src/cli/entry.ts',
        'cli/guardian': 'src/cli/guardian.ts',
        'threads/thread': 'src/threads/thread.ts',
        'drivers/docker/attached/relay': 'src/drivers/docker/attached/relay.ts',
      },
      outdir: fresh,
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      plugins: [readyMade],
      sourcemap: 'linked',
      sourcesContent: false,
    });
    // The programs of environments/order-system.yaml; they share nothing with the product. Whole, so that an image of one needs
    // no packages.
    await build({
      ...common,
      external: [],
      entryPoints: ['order-api', 'order-service', 'notification-service', 'redis-backup'].map(
        (program) => `environments/order-system/${program}.ts`,
      ),
      outdir: join(fresh, 'order-system'),
      splitting: true,
    });
    chmodSync(join(fresh, 'cli/main.js'), 0o755);
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    renameSync(fresh, join(root, 'dist'));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

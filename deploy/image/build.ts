/** `npm run image`: builds the image of nats-chaos by the API of a Docker engine, or only collects its files for another builder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packageVersion } from '../../src/cli/package.ts';
import { connectEngine } from '../../src/drivers/docker/engine/engine.ts';
import { messageOf } from '../../src/support/errors.ts';
import { buildImage, sizeOf } from './build-image.ts';
import { writeContext } from './context.ts';

const HELP = `npm run image -- [options]
  --tag <name>         of the image (default: nats-chaos:${packageVersion()})
  --nats <versions>    releases of nats-server in it, with commas between them (default: 2.12)
  --context <folder>   only write what the image is built from there, for docker build, podman build and others`;

const { values } = parseArgs({
  options: {
    tag: { type: 'string', default: `nats-chaos:${packageVersion()}` },
    nats: { type: 'string', default: '2.12' },
    context: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

try {
  if (values.help) console.log(HELP);
  else if (values.context === undefined) await build(values.tag);
  else await collect(resolve(values.context), values.tag);
} catch (thrown) {
  console.error(messageOf(thrown));
  process.exitCode = 3;
}

async function build(tag: string): Promise<void> {
  const engine = await connectEngine();
  const folder = await mkdtemp(join(tmpdir(), 'nats-chaos-image-'));
  try {
    const context = await writeContext(folder, {
      nats: versions(),
      arch: engine.arch,
      progress: console.log,
    });
    await buildImage(engine, context, tag);
    const megabytes = Math.round((await sizeOf(engine, tag)) / 1e6);
    console.log(`${tag}: ${megabytes} MB, with nats-server ${context.nats.join(', ')}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function collect(folder: string, tag: string): Promise<void> {
  const { servers } = await writeContext(folder, { nats: versions(), progress: console.log });
  console.log(`docker build --build-arg SERVERS=${servers} --tag ${tag} ${folder}`);
}

function versions(): string[] {
  return values.nats.split(',').map((version) => version.trim());
}

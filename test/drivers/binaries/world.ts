import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import {
  resolveBinary,
  type BinaryRequest,
  type ResolvedBinary,
} from '../../../src/drivers/binaries/index.ts';
import { TOOLS, thisPlatform, type ToolName } from '../../../src/drivers/binaries/tools.ts';

/** A machine of its own for one test: an empty cache, an empty PATH, and releases served from here. */
export interface World {
  folder: string;
  cache: string;
  env: NodeJS.ProcessEnv;
  releases: ReleaseServer;
  /** What `progress` was told. */
  progressLines: string[];
  resolve(tool: ToolName, wanted?: string, signal?: AbortSignal): Promise<ResolvedBinary>;
  /** Puts an executable into a folder under the world's, and returns its path. */
  install(folder: string, name: string, script: string): Promise<string>;
  inCache(): Promise<string[]>;
  inWork(): Promise<string[]>;
  dispose(): Promise<void>;
}

export async function newWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'binaries-'));
  const cache = join(folder, 'cache');
  const releases = await serveReleases();
  const progressLines: string[] = [];
  const env: NodeJS.ProcessEnv = {
    HOME: folder,
    PATH: join(folder, 'bin'),
    NATS_CHAOS_CACHE: cache,
    NATS_CHAOS_NATS_RELEASES: `${releases.url}/nats`,
    NATS_CHAOS_NATS_RELEASE_LIST: `${releases.url}/nats-list`,
    NATS_CHAOS_TOXIPROXY_RELEASES: `${releases.url}/toxiproxy`,
    NATS_CHAOS_TOXIPROXY_RELEASE_LIST: `${releases.url}/toxiproxy-list`,
  };
  return {
    folder,
    cache,
    env,
    releases,
    progressLines,
    resolve: (tool, wanted, signal) => {
      const request: BinaryRequest = { tool, wanted };
      return resolveBinary(request, { env, signal, progress: (text) => progressLines.push(text) });
    },
    install: (where, name, script) => writeExecutable(join(folder, where, name), script),
    inCache: async () => (await readdir(platformFolder(cache)).catch(() => [])).sort(),
    inWork: () => readdir(join(cache, 'work')).catch(() => []),
    dispose: async () => {
      await releases.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A real program, and the smallest there is: it says its version. */
export const saying = (text: string): string => `#!/bin/sh\necho '${text}'\n`;
export const natsServer = (version: string): string => saying(`nats-server: v${version}`);
export const toxiproxy = (version: string): string => saying(`toxiproxy-server version ${version}`);

export function platformFolder(cache: string): string {
  const { os, arch, arm } = thisPlatform();
  return join(cache, `${os}-${arch}${arm}`);
}

async function writeExecutable(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface ReleaseServer {
  url: string;
  /** Paths in the order in which they were asked for. */
  asked: string[];
  /** HTTP methods, likewise. */
  methods: string[];
  /** Publishes one file. */
  put(path: string, content: Buffer | string | Handler): void;
  /** Publishes a release of nats-server as the project does: an archive and its sums. */
  putNats(
    version: string,
    options?: { says?: string; sum?: string },
  ): Promise<{ archive: string; sum: string }>;
  putToxiproxy(version: string): void;
  close(): Promise<void>;
}

async function serveReleases(): Promise<ReleaseServer> {
  const files = new Map<string, Buffer | string | Handler>();
  const asked: string[] = [];
  const methods: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    methods.push(request.method ?? '');
    const content = files.get(path);
    if (content === undefined) response.writeHead(404).end();
    else if (typeof content === 'function') content(request, response);
    else response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const put: ReleaseServer['put'] = (path, content) => void files.set(path, content);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    methods,
    put,
    putNats: async (version, { says = version, sum } = {}) => {
      const file = TOOLS['nats-server'].release.file(version, thisPlatform());
      const archive = await natsArchive(file, natsServer(says));
      const real = sha256(archive);
      put(`/nats/v${version}/${file}`, archive);
      put(`/nats/v${version}/SHA256SUMS`, `${'0'.repeat(64)}  other.zip\n${sum ?? real}  ${file}\n`);
      return { archive: `/nats/v${version}/${file}`, sum: real };
    },
    putToxiproxy: (version) => {
      const file = TOOLS['toxiproxy-server'].release.file(version, thisPlatform());
      const binary = Buffer.from(toxiproxy(version));
      put(`/toxiproxy/v${version}/${file}`, binary);
      put(`/toxiproxy/v${version}/checksums.txt`, `${sha256(binary)}  ${file}\n`);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Laid out as the project's archives are: one folder with the licence, the readme and the binary. */
async function natsArchive(file: string, script: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'archive-'));
  const root = file.replace(/\.tar\.gz$/, '');
  try {
    await writeExecutable(join(folder, root, 'nats-server'), script);
    await writeFile(join(folder, root, 'LICENSE'), 'Apache-2.0\n');
    await create({ cwd: folder, gzip: true, file: join(folder, 'a.tar.gz') }, [root]);
    return await readFile(join(folder, 'a.tar.gz'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

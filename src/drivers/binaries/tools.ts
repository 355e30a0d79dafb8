export type ToolName = 'nats-server' | 'toxiproxy-server';

/** Where one of the servers comes from, and how its files are named there. */
export interface Tool {
  name: ToolName;
  /** Environment variable that names a binary to use instead of any other. */
  binaryVariable: string;
  /** What `--version` prints, with the version as its first group. */
  banner: RegExp;
  release: {
    base: string;
    baseVariable: string;
    /** Lists the releases, newest first, as the GitHub API does. */
    list: string;
    listVariable: string;
    sums: string;
    file(version: string, platform: Platform): string;
    packed: boolean;
  };
  go: {
    module: string;
    package: string;
    /** How Go names what it builds. */
    binary: string;
  };
}

/** In the words of the release files: `linux`/`amd64`. */
export interface Platform {
  os: string;
  arch: string;
  /** `6` or `7` when `arch` is `arm`. */
  arm: string;
}

export const TOOLS: Readonly<Record<ToolName, Tool>> = {
  'nats-server': {
    name: 'nats-server',
    binaryVariable: 'NATS_SERVER_BIN',
    banner: /nats-server:?\s+v?(\S+)/,
    release: {
      base: 'https://github.com/nats-io/nats-server/releases/download',
      baseVariable: 'NATS_CHAOS_NATS_RELEASES',
      list: 'https://api.github.com/repos/nats-io/nats-server/releases',
      listVariable: 'NATS_CHAOS_NATS_RELEASE_LIST',
      sums: 'SHA256SUMS',
      file: (version, { os, arch, arm }) => `nats-server-v${version}-${os}-${arch}${arm}.tar.gz`,
      packed: true,
    },
    go: {
      module: 'github.com/nats-io/nats-server/v2',
      package: 'github.com/nats-io/nats-server/v2',
      binary: 'nats-server',
    },
  },
  'toxiproxy-server': {
    name: 'toxiproxy-server',
    binaryVariable: 'TOXIPROXY_BIN',
    banner: /toxiproxy-server version (\S+)/,
    release: {
      base: 'https://github.com/Shopify/toxiproxy/releases/download',
      baseVariable: 'NATS_CHAOS_TOXIPROXY_RELEASES',
      list: 'https://api.github.com/repos/Shopify/toxiproxy/releases',
      listVariable: 'NATS_CHAOS_TOXIPROXY_RELEASE_LIST',
      sums: 'checksums.txt',
      file: (_version, { os, arch, arm }) =>
        `toxiproxy-server-${os}-${arch}${arm === '' ? '' : `v${arm}`}${os === 'windows' ? '.exe' : ''}`,
      packed: false,
    },
    go: {
      module: 'github.com/Shopify/toxiproxy/v2',
      package: 'github.com/Shopify/toxiproxy/v2/cmd/server',
      binary: 'server',
    },
  },
};

/** Every Toxiproxy from `minimum` on has what the links need; `fetched` is the one to fetch when there is none. */
export const TOXIPROXY = { minimum: '2.5.0', fetched: '2.12.0' };

/** The platform of this machine. */
export function thisPlatform(): Platform {
  const arches: Record<string, string> = { x64: 'amd64', ia32: '386' };
  const variables = process.config.variables as { arm_version?: string };
  return {
    os: process.platform === 'win32' ? 'windows' : process.platform,
    arch: arches[process.arch] ?? process.arch,
    arm: process.arch === 'arm' ? (variables.arm_version ?? '7') : '',
  };
}

/** `nats-server`, or `nats-server.exe` on Windows. */
export function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

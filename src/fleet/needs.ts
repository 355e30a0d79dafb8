import { createHash } from 'node:crypto';
import { strictObject, Type, type Static } from '../support/schema.ts';
import { inSeries, parseSeries, splitAssertions } from '../support/versions.ts';
import { Reader } from './checked.ts';
import { MAX_STATE_BYTES } from './limits.ts';

const words = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { maxItems: 100, description });

const needsSchema = strictObject(
  {
    driver: Type.String({ pattern: '^[a-z][a-z-]{0,30}$' }),
    capabilities: words('of the driver, sorted'),
    nats: words('versions or series of nats-server, sorted'),
    binaries: words('paths of binaries, sorted'),
    programs: words('that services, probes and checks of health start, sorted'),
    cores: Type.Integer({ minimum: 1, maximum: 1024, description: 'a power of two' }),
    alone: Type.Boolean({ description: 'nothing else may run beside it on the machine' }),
  },
  'what a run needs of the machine that carries it out',
);

/** What a run needs of the machine that carries it out. Runs with equal needs share a consumer. */
export type Needs = Static<typeof needsSchema>;

export const needsReader = new Reader<Needs>(needsSchema, MAX_STATE_BYTES);

const offerSchema = strictObject(
  {
    drivers: Type.Record(
      Type.String(),
      words('its capabilities on this machine, as far as they are allowed'),
      {
        maxProperties: 20,
      },
    ),
    anyVersion: Type.Boolean({ description: 'it can download or build every release' }),
    builds: Type.Boolean({ description: 'it can build releases with assertions' }),
    versions: words('releases that are on the machine'),
    binaries: words('paths of binaries that it was started to allow'),
    commands: Type.Boolean({ description: 'it was started to allow programs of experiments' }),
    programs: words('those programs that runs on the queue ask for and that are there'),
    cores: Type.Integer({ minimum: 1, maximum: 1024 }),
  },
  'what a worker can carry out',
);

/** What a worker can carry out, and was started to allow. */
export type Offer = Static<typeof offerSchema>;
export { offerSchema };

/** What decides about needs, as read from a plan. */
export interface NeedsInput {
  driver: string;
  capabilities: readonly string[];
  /** Versions, series, `latest`, and paths of binaries. */
  nats: readonly string[];
  programs: readonly string[];
  /** How many servers it starts. */
  nodes: number;
  alone: boolean;
}

/** Servers that one core can run beside their runner, at the publish rates of experiments. */
const SERVERS_PER_CORE = 3;

/** Classes of cores, so that few runs differ by their needs alone. */
export function needsOf({ driver, capabilities, nats, programs, nodes, alone }: NeedsInput): Needs {
  const isPath = (word: string): boolean => word.includes('/');
  return {
    driver,
    capabilities: sorted(capabilities),
    nats: sorted(nats.filter((word) => word !== '' && !isPath(word))),
    binaries: sorted(nats.filter(isPath)),
    programs: sorted(programs),
    cores: powerOfTwo(Math.max(1, Math.ceil(nodes / SERVERS_PER_CORE))),
    alone,
  };
}

function sorted(list: readonly string[]): string[] {
  return [...new Set(list)].sort();
}

function powerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}

/** Twelve hexadecimal digits: a token of subjects, and the name of a consumer. */
export function hashOf(needs: Needs): string {
  const { driver, capabilities, nats, binaries, programs, cores, alone } = needs;
  const text = JSON.stringify([driver, capabilities, nats, binaries, programs, cores, alone]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** What a worker lacks to carry out a run, in words; empty when it lacks nothing. */
export function lacks(needs: Needs, offer: Offer): string[] {
  const capabilities = Object.hasOwn(offer.drivers, needs.driver) ? offer.drivers[needs.driver] : undefined;
  const without = (wanted: readonly string[], here: readonly string[]): string[] =>
    wanted.filter((one) => !here.includes(one));
  return [
    ...(capabilities === undefined
      ? [`the driver ${needs.driver}`]
      : without(needs.capabilities, capabilities).map(
          (one) => `the capability ${one} of the driver ${needs.driver}`,
        )),
    ...needs.nats.filter((one) => !hasVersion(one, offer)).map((one) => `nats-server ${one}`),
    ...without(needs.binaries, offer.binaries).map((one) => `the binary ${one} (--allow-binary)`),
    ...(needs.programs.length > 0 && !offer.commands
      ? [`leave to start programs of experiments (--allow-commands): ${needs.programs.join(', ')}`]
      : without(needs.programs, offer.programs).map((one) => `the program ${one}`)),
    ...(needs.cores > offer.cores ? [`${needs.cores} cores (it has ${offer.cores})`] : []),
  ];
}

function hasVersion(wanted: string, { anyVersion, builds, versions }: Offer): boolean {
  const { version, assertions } = splitAssertions(wanted);
  if (assertions) return builds;
  if (anyVersion || versions.includes(version)) return true;
  const series = parseSeries(version);
  return series !== undefined && versions.some((one) => inSeries(one, series));
}

import { surveyBinary, type BinarySurvey, type ToolName } from '../../drivers/binaries/index.ts';
import type { Check } from './check.ts';

/** The series that the environments ask for, unless the user names another one. */
export const DEFAULT_NATS = '2.12';

/** The two servers: whether they are installed, and where they could be fetched from. Downloads nothing. */
export async function binaryChecks(
  env: NodeJS.ProcessEnv,
  nats: string | undefined,
): Promise<{ tools: Check[]; sources: Check[] }> {
  const ctx = { env, progress: () => undefined };
  const [server, toxiproxy] = await Promise.all([
    surveyBinary({ tool: 'nats-server', wanted: nats ?? DEFAULT_NATS }, ctx),
    surveyBinary({ tool: 'toxiproxy-server' }, ctx),
  ]);
  const surveys = [server, toxiproxy];
  return {
    tools: [
      toolCheck('nats-server', 'NATS_SERVER_BIN', server),
      onlyForLinks(toolCheck('toxiproxy-server', 'TOXIPROXY_BIN', toxiproxy)),
    ],
    sources: [
      sourceCheck(surveys, 'release', {
        id: 'releases',
        title: 'release archives',
        hint: 'for a mirror, set NATS_CHAOS_NATS_RELEASES and NATS_CHAOS_TOXIPROXY_RELEASES; Go can build them instead',
      }),
      sourceCheck(surveys, 'go', {
        id: 'go',
        title: 'Go toolchain',
        hint:
          server.go.version === undefined
            ? 'install Go (go.dev/dl); it is not needed where releases can be reached'
            : 'look at the version that is asked for, and at go env GOPROXY',
      }),
    ],
  };
}

function toolCheck(tool: ToolName, variable: string, survey: BinarySurvey): Check {
  const base = { id: tool, title: tool, more: candidates(survey) };
  const { installed, namedProblem } = survey;
  if (installed) {
    const where = { path: 'named', PATH: 'on PATH', cache: 'cached', release: '', go: '' }[installed.source];
    return { ...base, status: 'ok', detail: `${installed.version}, ${where}: ${installed.path}` };
  }
  if (namedProblem !== undefined) {
    const hint = `set ${variable} (or --nats) to a ${tool} that runs here, or leave it out`;
    return { ...base, status: 'missing', detail: namedProblem, blocking: true, hint };
  }
  const source = nextSource(survey);
  if (source !== undefined) {
    return {
      ...base,
      status: 'limited',
      detail: `${survey.wanted} is not here yet; the first run ${source}`,
    };
  }
  return {
    ...base,
    status: 'missing',
    detail: `${survey.wanted} is not here, and cannot be got`,
    blocking: true,
    hint: `put ${survey.wanted} on PATH, set ${variable} to one, or install Go (go.dev/dl)`,
  };
}

/** Without it everything runs in which no fault touches a link. */
function onlyForLinks({ blocking, ...check }: Check): Check {
  if (blocking !== true) return check;
  return { ...check, detail: `${check.detail}; only faults on links, \`links: all\` and --keep need it` };
}

function candidates({ onPath, cached, cache }: BinarySurvey): string[] {
  const found = onPath.map(({ path, version, problem }) => `on PATH: ${path} ${version ?? problem ?? ''}`);
  return [
    ...(found.length > 0 ? found : ['on PATH: none']),
    `in the cache (${cache}): ${cached.length > 0 ? cached.join(', ') : 'none'}`,
  ];
}

function nextSource({ release, go }: BinarySurvey): string | undefined {
  if (release.usable) return 'downloads it';
  return go.usable ? 'builds it with Go, about a minute' : undefined;
}

/** An unreachable source matters only when the server is not installed and the other source does not have it either. */
function sourceCheck(
  surveys: readonly BinarySurvey[],
  source: 'release' | 'go',
  { hint, ...base }: { id: string; title: string; hint: string },
): Check {
  const closed = surveys.filter((survey) => !survey[source].usable);
  const details = (some: readonly BinarySurvey[]): string =>
    [...new Set(some.map((survey) => survey[source].detail))].join('; ');
  if (closed.length === 0) return { ...base, status: 'ok', detail: details(surveys) };
  const other = source === 'release' ? 'go' : 'release';
  const dispensable = closed.every((survey) => survey.installed !== undefined || survey[other].usable);
  const there = source === 'go' && closed.every(({ go }) => go.version !== undefined);
  return { ...base, status: dispensable || there ? 'limited' : 'missing', detail: details(closed), hint };
}

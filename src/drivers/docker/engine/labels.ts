/** The labels of everything that a run makes on an engine. */
export const LABEL = {
  run: 'io.nats-chaos.run',
  role: 'io.nats-chaos.role',
  node: 'io.nats-chaos.node',
  /** On images: the binary that is in it. */
  image: 'io.nats-chaos.image',
} as const;

export const NAME_PREFIX = 'nats-chaos';

/** The beginning of the names of everything of a run. */
export function namePrefix(runId: string): string {
  return `${NAME_PREFIX}-${runId}`;
}

/** The filter by which engines list what belongs to a run. */
export function ofRun(runId: string): { label: string[] } {
  return { label: [`${LABEL.run}=${runId}`] };
}

/** The same filter for what compose made from a run's compose file. */
export function ofProject(project: string): { label: string[] } {
  return { label: [`com.docker.compose.project=${project}`] };
}

export function labelsOf(runId: string, role: string, node?: string): Record<string, string> {
  return {
    [LABEL.run]: runId,
    [LABEL.role]: role,
    ...(node === undefined ? {} : { [LABEL.node]: node }),
  };
}

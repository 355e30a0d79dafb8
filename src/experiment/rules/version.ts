import { inRange, parseRange, rangesOverlap } from '../../support/version-range.ts';
import { splitAssertions } from '../../support/versions.ts';

/** Whether a version or series is before another; of `latest` or a path only the running server can tell. */
export function isBefore(written: string | undefined, version: string): boolean {
  const nats = written === undefined ? undefined : splitAssertions(written).version;
  const here = nats === undefined ? undefined : parseRange(nats);
  const wanted = parseRange(`>=${version}`);
  if (nats === undefined || here === undefined || wanted === undefined) return false;
  return nats.split('.').length === 3
    ? !inRange(nats.replace(/^v/, ''), wanted)
    : !rangesOverlap(here, wanted);
}

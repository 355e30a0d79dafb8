import { TelemetryExporter } from '../../report/telemetry/exporter.ts';
import { complain } from '../output.ts';
import { packageVersion } from '../package.ts';
import type { RunWatcher } from './watcher.ts';

const EVERY_MS = 5_000;
const TIMEOUT_MS = 5_000;

/** Sends the runs to a collector. */
export function telemetryWatcher(): RunWatcher {
  const exporter = new TelemetryExporter({
    version: packageVersion(),
    everyMs: EVERY_MS,
    timeoutMs: TIMEOUT_MS,
    complain,
  });
  return {
    begin: ({ experiment }) => exporter.begin(experiment),
    event: (event) => {
      if (event.type === 'tick') exporter.tick(event);
    },
    finished: (saved) => exporter.finished(saved),
    close: () => exporter.close(),
  };
}

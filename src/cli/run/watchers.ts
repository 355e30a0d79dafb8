import type { ProgressEvent } from '../../history/progress.ts';
import { LiveMetrics } from '../../report/forms/prometheus.ts';
import type { SavedRun } from '../../report/schema.ts';
import { messageOf } from '../../support/errors.ts';
import { complain } from '../output.ts';
import { FormWriter, type FormOptions } from './forms.ts';
import { serveMetrics } from './metrics-endpoint.ts';
import type { RunWatcher, StartedRun } from './watcher.ts';

export interface WatchOptions extends FormOptions {
  /** Where Prometheus scrapes; 0 for a free port. */
  metricsPort?: number;
}

/** Everyone who follows the runs of one command: one that fails is complained about, dropped, and changes nothing. */
export class Watchers implements RunWatcher {
  #watchers: RunWatcher[];

  constructor(watchers: readonly RunWatcher[]) {
    this.#watchers = [...watchers];
  }

  begin(run: StartedRun): void {
    this.#each((watcher) => watcher.begin(run));
  }

  event(event: ProgressEvent): void {
    this.#each((watcher) => watcher.event(event));
  }

  async finished(saved: SavedRun, folder: string): Promise<void> {
    await this.#eachInTurn((watcher) => watcher.finished(saved, folder));
  }

  async close(): Promise<void> {
    await this.#eachInTurn((watcher) => watcher.close());
  }

  #each(tell: (watcher: RunWatcher) => void): void {
    for (const watcher of this.#watchers) {
      try {
        tell(watcher);
      } catch (thrown) {
        this.#drop(watcher, thrown);
      }
    }
  }

  async #eachInTurn(tell: (watcher: RunWatcher) => Promise<void> | void): Promise<void> {
    for (const watcher of this.#watchers) {
      try {
        await tell(watcher);
      } catch (thrown) {
        this.#drop(watcher, thrown);
      }
    }
  }

  #drop(watcher: RunWatcher, thrown: unknown): void {
    complain(messageOf(thrown));
    this.#watchers = this.#watchers.filter((one) => one !== watcher);
  }
}

/** @throws ChaosError for a file that cannot be written or a port that is taken, before anything is started */
export async function openWatchers(options: WatchOptions, env: NodeJS.ProcessEnv): Promise<Watchers> {
  const watchers: RunWatcher[] = [new FormWriter(options, env)];
  if (options.metricsPort !== undefined) watchers.push(await metricsWatcher(options.metricsPort));
  // Loaded only where it is wanted: it is large.
  if (wantsTelemetry(env)) watchers.push((await import('./telemetry.ts')).telemetryWatcher());
  return new Watchers(watchers);
}

/** By the standard variables of OpenTelemetry. */
function wantsTelemetry(env: NodeJS.ProcessEnv): boolean {
  if (env['OTEL_SDK_DISABLED'] === 'true') return false;
  const names = ['', 'TRACES_', 'METRICS_'].map((signal) => `OTEL_EXPORTER_OTLP_${signal}ENDPOINT`);
  return names.some((name) => (env[name] ?? '') !== '');
}

async function metricsWatcher(port: number): Promise<RunWatcher> {
  const metrics = new LiveMetrics();
  const server = await serveMetrics(metrics, port);
  complain(`metrics: ${server.url}metrics`);
  return {
    begin: ({ experiment, environment, driver, nats, seed }) =>
      metrics.begin({ experiment, environment, driver, nats: nats ?? 'unknown', seed }),
    event: (event) => metrics.event(event),
    finished: () => metrics.end(),
    close: () => server.close(),
  };
}

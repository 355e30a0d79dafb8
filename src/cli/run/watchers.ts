import type { ProgressEvent } from '../../history/progress.ts';
import { LiveMetrics } from '../../report/forms/prometheus.ts';
import type { LeftOut } from '../../report/left-out.ts';
import type { SavedRun } from '../../report/schema.ts';
import type { WatchedServers } from '../../run/watched-servers.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { complain } from '../output.ts';
import { secrecy } from '../secrecy.ts';
import { FormWriter, type FormOptions } from '../forms/forms.ts';
import { serveMetrics } from './metrics-endpoint.ts';
import type { RunWatcher, StartedRun } from './watcher.ts';

export interface WatchOptions extends FormOptions {
  /** The port for Prometheus; 0 for a free one. */
  metricsPort?: number;
}

/**
 * Everything that follows the runs of one command: a watcher that fails is reported and dropped, and changes nothing.
 */
export class Watchers implements RunWatcher {
  #watchers: RunWatcher[];

  constructor(watchers: readonly RunWatcher[]) {
    this.#watchers = [...watchers];
  }

  leftOut(leftOut: readonly LeftOut[], all: number): void {
    this.#each((watcher) => watcher.leftOut?.(leftOut, all));
  }

  begin(run: StartedRun): void {
    const redacted = secrecy.data(run);
    this.#each((watcher) => watcher.begin(redacted));
  }

  event(event: ProgressEvent): void {
    this.#each((watcher) => watcher.event(event));
  }

  servers(servers: WatchedServers): void {
    this.#each((watcher) => watcher.servers?.(servers));
  }

  /**
   * Serves metrics for the runs from now on, until `close` of what this returns.
   *
   * @param substitute a free port is as good where this one is taken
   * @returns where they are: `http://127.0.0.1:9464/`
   * @throws as `openWatchers`
   */
  async serveAlso(port: number, substitute: boolean): Promise<{ url: string; close(): Promise<void> }> {
    const watcher = await metricsWatcher(port).catch((thrown: unknown) => {
      if (substitute && thrown instanceof ChaosError && thrown.code === 'unavailable')
        return metricsWatcher(0);
      throw thrown;
    });
    this.#watchers.push(watcher);
    return {
      url: watcher.url,
      close: async () => {
        this.#watchers = this.#watchers.filter((one) => one !== watcher);
        await watcher.close();
      },
    };
  }

  async finished(saved: SavedRun, folder: string | undefined): Promise<void> {
    await this.#eachInTurn((watcher) => watcher.finished(saved, folder));
  }

  async close(): Promise<void> {
    await this.#eachInTurn((watcher) => watcher.close());
  }

  /** Whether something that was requested could not be written: the command then fails. */
  get failed(): boolean {
    return this.#watchers.some((watcher) => watcher.failed === true);
  }

  #each(call: (watcher: RunWatcher) => void): void {
    for (const watcher of this.#watchers) {
      try {
        call(watcher);
      } catch (thrown) {
        this.#drop(watcher, thrown);
      }
    }
  }

  async #eachInTurn(call: (watcher: RunWatcher) => Promise<void> | void): Promise<void> {
    for (const watcher of this.#watchers) {
      try {
        await call(watcher);
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

/** @throws ChaosError for a file that cannot be written or a port that is in use, before anything is started */
export async function openWatchers(options: WatchOptions, env: NodeJS.ProcessEnv): Promise<Watchers> {
  const watchers: RunWatcher[] = [new FormWriter(options, env)];
  if (options.metricsPort !== undefined) watchers.push(await metricsWatcher(options.metricsPort));
  // Loaded only when it is needed: it is large.
  if (wantsTelemetry(env)) watchers.push((await import('./telemetry.ts')).telemetryWatcher());
  return new Watchers(watchers);
}

/** Configured by the standard variables of OpenTelemetry. */
function wantsTelemetry(env: NodeJS.ProcessEnv): boolean {
  if (env['OTEL_SDK_DISABLED'] === 'true') return false;
  const names = ['', 'TRACES_', 'METRICS_'].map((signal) => `OTEL_EXPORTER_OTLP_${signal}ENDPOINT`);
  return names.some((name) => (env[name] ?? '') !== '');
}

async function metricsWatcher(port: number): Promise<RunWatcher & { url: string }> {
  const metrics = new LiveMetrics();
  let watched: WatchedServers | null = null;
  const server = await serveMetrics(metrics, port, () => watched);
  complain(`metrics: ${server.url}metrics`);
  return {
    url: server.url,
    begin: ({ experiment, environment, driver, nats, seed }) =>
      metrics.begin({ experiment, environment, driver, nats: nats ?? 'unknown', seed }),
    event: (event) => metrics.event(event),
    servers: (servers) => {
      watched = servers;
    },
    finished: () => {
      watched = null;
      metrics.end();
    },
    close: () => server.close(),
  };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdPorts } from '../../src/drivers/servers/ports.ts';
import { until } from '../../src/support/deadline.ts';

/** A sample of an instant query. */
export interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

/** A Prometheus server of its own, with its data in a temporary folder. */
export class Prometheus {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** @param config path of its configuration */
  static async start(config: string): Promise<Prometheus> {
    const ports = holdPorts();
    const port = await ports.free();
    await ports.release();
    const folder = mkdtempSync(join(tmpdir(), 'chaos-prometheus-'));
    const url = `http://127.0.0.1:${port}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const started = new Prometheus(url, child, folder);
    const isReady = async (): Promise<boolean> => {
      if (child.exitCode !== null) throw new Error(`it ended: ${said}`);
      return (await fetch(`${url}/-/ready`).catch(() => null))?.ok === true;
    };
    await until(isReady, { timeoutMs: 60_000, everyMs: 100, what: 'Prometheus to be ready' });
    return started;
  }

  /** @param time seconds since 1970; left out: now. @throws when it refuses the query */
  async query(query: string, time?: number): Promise<Sample[]> {
    const form = new URLSearchParams({ query, ...(time === undefined ? {} : { time: String(time) }) });
    const response = await fetch(`${this.url}/api/v1/query`, { method: 'POST', body: form });
    const answer = (await response.json()) as {
      status: string;
      error?: string;
      data?: { resultType: string; result: Sample[] };
    };
    if (answer.status !== 'success') throw new Error(`${query}: ${answer.error ?? 'refused'}`);
    return answer.data?.resultType === 'vector' ? answer.data.result : [];
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exit;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

import type { Network } from './network.ts';
import type { Tool } from './tools.ts';

/** What one resolve passes from source to source. */
export interface Job {
  tool: Tool;
  env: NodeJS.ProcessEnv;
  /** Absolute path of the cache folder. */
  cache: string;
  network: Network;
  signal: AbortSignal | undefined;
  progress(text: string): void;
  /** `source: why it failed`, for the error that lists them all. */
  tried: string[];
}

/** A binary that exists on this machine. */
export interface FoundBinary {
  version: string;
  path: string;
}

const REMIND_MS = 10_000;

/** Reports `text` at once, and then regularly with the elapsed time (and `detail`) until `work` is done. */
export async function reporting<T>(
  job: Job,
  text: string,
  work: () => Promise<T>,
  detail: () => string = () => '',
): Promise<T> {
  const startedAt = performance.now();
  job.progress(text);
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    job.progress(`${text} … ${seconds} s${detail()}`);
  }, REMIND_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

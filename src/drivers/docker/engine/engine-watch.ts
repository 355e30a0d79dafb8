import type { HarnessProblem } from '../../driver.ts';
import type { Engine } from './engine.ts';

/** Matches nothing: only the end of the stream counts. */
const NO_EVENTS = { label: ['nats-chaos.none'] };

/** Notices that an engine has ended, also one that is back before anybody asks it: its stream of events ends with it. */
export class EngineWatch {
  readonly #stream: NodeJS.ReadableStream & { destroy(): void };
  #problem: HarnessProblem | null = null;
  #closed = false;

  private constructor(stream: NodeJS.ReadableStream, host: string) {
    this.#stream = stream as NodeJS.ReadableStream & { destroy(): void };
    const lost = (): void => {
      if (this.#closed) return;
      const text = `the Docker engine is stopped or restarted: its connection at ${host} has ended`;
      this.#problem ??= { part: 'engine', state: 'dead', text, since: Date.now() };
    };
    for (const event of ['end', 'close', 'error']) stream.on(event, lost);
    // It only ends when somebody reads it.
    stream.resume();
  }

  /** @throws the engine's error */
  static async open({ docker, address }: Engine): Promise<EngineWatch> {
    return new EngineWatch(await docker.getEvents({ filters: NO_EVENTS }), address.host);
  }

  /** Null as long as the engine has not ended. */
  get problem(): HarnessProblem | null {
    return this.#problem;
  }

  close(): void {
    this.#closed = true;
    this.#stream.destroy();
  }
}

import type { DriverContext } from '../../../driver.ts';
import type { ComposeSpec, ContainersSpec } from '../../../spec.ts';
import type { Engine } from '../../engine/engine.ts';
import { findImage } from '../../engine/find-image.ts';
import { namePrefix, ofProject } from '../../engine/labels.ts';
import { reapRun } from '../../engine/reap.ts';
import { allHealthy, composeDown, composeUp, type ComposeProject } from './compose.ts';
import { findCompose } from './find-compose.ts';

/** The compose file of a run, as a project of its own. */
export class Composed {
  readonly #spec: ComposeSpec;
  readonly #engine: Engine;
  readonly #ctx: DriverContext;
  readonly #folder: string;
  #begun: { command: string[]; project: ComposeProject } | undefined;

  /** @param folder where else on this machine the run keeps things */
  constructor(spec: ComposeSpec, engine: Engine, ctx: DriverContext, folder: string) {
    this.#spec = spec;
    this.#engine = engine;
    this.#ctx = ctx;
    this.#folder = folder;
  }

  /**
   * Brings it up; when it returns, everything with a health check is healthy.
   *
   * @param nats the release that `NATS_IMAGE` is to hold; empty: what the file says
   * @returns how its containers are found
   */
  async up(nats: string): Promise<ContainersSpec> {
    const { runId, signal, progress, journal } = this.#ctx;
    const { file, withinMs } = this.#spec;
    const { command, version } = await findCompose();
    const request = { tool: 'nats-server', wanted: nats, env: process.env } as const;
    const image = nats === '' ? undefined : (await findImage(this.#engine, request, this.#ctx)).name;
    const name = namePrefix(runId);
    const { host, certPath } = this.#engine.address;
    const args = { engine: { host, certPath }, runId, project: name, folder: this.#folder };
    journal({ driver: 'compose', op: 'environment.reap', args });
    const project = {
      file,
      project: name,
      engine: this.#engine.address,
      ...(image === undefined ? {} : { image }),
    };
    this.#begun = { command, project };
    progress(`bringing up ${file} with ${command.join(' ')} ${version}`);
    await composeUp(command, project, signal);
    await allHealthy(this.#engine.docker, name, withinMs, signal);
    return { ...this.#spec, project: name };
  }

  /** Takes it down, with its volumes. @returns what is left, in words */
  async down(): Promise<string[]> {
    if (!this.#begun) return [];
    const { command, project } = this.#begun;
    await composeDown(command, project);
    return (await reapRun(this.#engine.docker, this.#ctx.runId, ofProject(project.project))).left;
  }
}

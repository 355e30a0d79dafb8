import { join } from 'node:path';
import type { Environment } from '../../experiment/schema/environment.ts';
import { overridingEnvironment } from '../../experiment/source/find-environment.ts';
import { loadEnvironment } from '../../experiment/load.ts';
import { resolveValue } from '../../experiment/resolve/values.ts';
import type { Fault } from '../../faults/fault.ts';
import { faults } from '../../faults/index.ts';
import type { DriverOffer } from '../../plan/driver-offer.ts';
import { ChaosError } from '../../support/errors.ts';
import { faultOffers } from '../doctor/offers.ts';
import type { Answers } from './answers.ts';
import { experimentTitle } from './experiment-text.ts';
import {
  CLUSTERS,
  environmentQuestion,
  faultQuestion,
  mirrorQuestion,
  nameQuestion,
  NATS,
  NEW,
  NODES,
  replicasQuestion,
  titleQuestion,
} from './questions.ts';
import { RECIPES, type Dish, type Recipe } from './recipes.ts';
import { IN_SPACES } from './space-text.ts';
import { newScene, sceneOf, type Scene } from './scene.ts';

/** What the command line says about the experiment; every field is optional. */
export interface Wishes {
  title?: string;
  environment?: string;
  clusters?: string;
  nodes?: string;
  replicas?: string;
  mirror?: boolean;
  nats?: string;
  fault?: string;
  /** A space for `chaos explore` in place of one fault. */
  explore?: boolean;
}

/** Everything that is needed to make the files. */
export interface Settled {
  name: string;
  title: string;
  scene: Scene;
  fault: Fault;
  recipe: Recipe;
  /** Faults to draw from, in place of the one. */
  space?: Dish[];
  /** The path of an existing environment and the word for it; or the nats-server of a new one. */
  environment: { path: string; word: string } | { nats: string };
}

/** Where things are, and what this machine can do. */
export interface Surroundings {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The folder of the new experiment: environments are resolved from there. */
  experiments: string;
  offerFor: (environment: Environment | null) => DriverOffer;
  /** Which files of an experiment of this name exist already, in words; null when none does. */
  taken: (name: string, environment: 'new' | 'existing') => string | null;
}

/**
 * Asks for whatever the command line does not say.
 *
 * @throws ChaosError `usage` for an invalid answer, `invalid` for an environment that does not validate
 */
export async function settle(
  name: string | undefined,
  wishes: Wishes,
  answers: Answers,
  around: Surroundings,
): Promise<Settled> {
  refuseBoth(wishes);
  // A wrong name on the command line is reported before the first question.
  const early = nameQuestion('', (word) => around.taken(word, 'existing'));
  if (name !== undefined) await answers.to(early, name);
  const environment = await environmentOf(wishes, answers, around);
  const dishes = wishes.explore === true ? spaceOf(environment) : undefined;
  const { fault, recipe } = dishes?.[0] ?? (await faultOf(wishes, answers, environment));
  const taken = (word: string): string | null =>
    around.taken(word, 'nats' in environment.place ? 'new' : 'existing');
  const named = await answers.to(
    nameQuestion(freeName(dishes === undefined ? `try-${fault.kind}` : 'explore', taken), taken),
    name,
  );
  const options = resolveValue(fault.schema, { kind: fault.kind, ...recipe.fault });
  const through = dishes === undefined ? fault.title(options) : 'whatever is drawn';
  const otherwise = experimentTitle(environment.scene, fault, through);
  const title = await answers.to(titleQuestion(otherwise), wishes.title);
  return {
    ...{ name: named, title, scene: environment.scene, fault, recipe, environment: environment.place },
    ...(dishes === undefined ? {} : { space: dishes }),
  };
}

interface Chosen {
  scene: Scene;
  place: Settled['environment'];
  offer: DriverOffer;
}

const LAYOUT = ['clusters', 'nodes', 'replicas', 'mirror', 'nats'] as const;

function refuseBoth(wishes: Wishes): void {
  if (wishes.explore === true && wishes.fault !== undefined)
    throw new ChaosError('usage', '--explore draws faults, and --fault names one: give one of them');
  const layout = LAYOUT.filter((wish) => wishes[wish] !== undefined);
  if (wishes.environment === undefined || wishes.environment === NEW || layout.length === 0) return;
  throw new ChaosError(
    'usage',
    `--environment ${wishes.environment} is there already, and --${layout.join(', --')} would describe a new one`,
  );
}

async function environmentOf(wishes: Wishes, answers: Answers, around: Surroundings): Promise<Chosen> {
  const isNew = LAYOUT.some((wish) => wishes[wish] !== undefined);
  const word = isNew
    ? NEW
    : await answers.to(environmentQuestion(around.cwd, around.env, answers.asks), wishes.environment);
  if (word !== NEW) return existing(word, around);
  const clusters = await answers.to(CLUSTERS, wishes.clusters);
  const nodes = await answers.to(NODES, wishes.nodes);
  const replicas = await answers.to(replicasQuestion(nodes), wishes.replicas);
  const mirror = await answers.to(mirrorQuestion(clusters), worded(wishes.mirror));
  const nats = await answers.to(NATS, wishes.nats);
  const scene = newScene({ clusters, nodes, replicas, mirror });
  return { scene, place: { nats }, offer: around.offerFor(null) };
}

function existing(word: string, around: Surroundings): Chosen {
  const path = overridingEnvironment(word, join(around.experiments, 'new.yaml'), around.cwd);
  const { value } = loadEnvironment(path, { env: around.env, cwd: around.cwd });
  if (value.attach !== undefined) {
    throw new ChaosError(
      'usage',
      `the servers of ${value.name} run already; chaos init is for those that a run starts`,
      { hint: 'docs/attach.md shows an experiment for such servers that can be copied' },
    );
  }
  return { scene: sceneOf(value), place: { path, word }, offer: around.offerFor(value) };
}

async function faultOf(
  wishes: Wishes,
  answers: Answers,
  { scene, offer }: Chosen,
): Promise<{ fault: Fault; recipe: Recipe }> {
  const dishes = cook(scene, offer);
  const refused = dishes.find(({ fault }) => fault.kind === wishes.fault)?.lacks;
  if (refused !== undefined) throw new ChaosError('usage', `--fault ${wishes.fault ?? ''}: ${refused}`);
  const offered = dishes.flatMap(({ fault, recipe }) => (recipe ? [{ fault, recipe }] : []));
  const choices = offered.map(({ fault }) => ({ name: fault.kind, summary: fault.summary }));
  const kind = await answers.to(faultQuestion(choices, answers.asks), wishes.fault);
  const dish = offered.find(({ fault }) => fault.kind === kind);
  if (!dish) throw new RangeError(`there is no ${kind}`);
  return dish;
}

/** @throws ChaosError `usage` where no fault of a first space can be used */
function spaceOf({ scene, offer }: Chosen): Dish[] {
  const all = cook(scene, offer).flatMap(({ fault, recipe }) => (recipe ? [{ fault, recipe }] : []));
  const dishes = IN_SPACES.flatMap((kind) => all.filter(({ fault }) => fault.kind === kind));
  if (dishes.length > 0) return dishes;
  throw new ChaosError('usage', `--explore: none of ${IN_SPACES.join(', ')} can be used here`);
}

/** Every fault with its recipe, or with the reason why it cannot be used here or in this environment. */
function cook(scene: Scene, offer: DriverOffer): { fault: Fault; recipe?: Recipe; lacks?: string }[] {
  const offers = faultOffers(faults, offer, { canRun: true, hasToxiproxy: true });
  return faults.map((fault) => {
    const here = offers.find(({ name }) => name === fault.kind);
    if (here?.status !== 'ok') return { fault, lacks: `it ${here?.detail ?? 'is not offered'}` };
    const cooked = RECIPES[fault.kind]?.(scene);
    if (cooked === undefined) return { fault, lacks: 'there is no recipe for it' };
    return 'lacks' in cooked
      ? { fault, lacks: `the environment lacks ${cooked.lacks}` }
      : { fault, recipe: cooked };
  });
}

function worded(mirror: boolean | undefined): string | undefined {
  return mirror === undefined ? undefined : mirror ? 'yes' : 'no';
}

/** `try-kill`, or `try-kill-2` and so on when that exists. */
function freeName(name: string, taken: (name: string) => string | null): string {
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? name : `${name}-${i}`;
    if (taken(candidate) === null) return candidate;
  }
}

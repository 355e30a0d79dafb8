import { basename, extname, join } from 'node:path';
import { parseRequest } from '../../drivers/binaries/request.ts';
import { TOOLS } from '../../drivers/binaries/tools.ts';
import { EXPECTED, fileNameField, titleField } from '../../experiment/common-schema.ts';
import type { Environment } from '../../experiment/environment-schema.ts';
import { yamlFilesIn } from '../../experiment/files.ts';
import { overridingEnvironment } from '../../experiment/find-environment.ts';
import { headOf, loadEnvironment } from '../../experiment/load.ts';
import { faults } from '../../faults/index.ts';
import type { Fault } from '../../faults/fault.ts';
import { resolveValue } from '../../experiment/resolve.ts';
import type { DriverOffer } from '../../plan/driver-offer.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { packageFolder } from '../../support/package-folder.ts';
import { DEFAULT_NATS } from '../doctor/binaries.ts';
import { faultOffers } from '../doctor/offers.ts';
import type { Answers } from './answers.ts';
import { experimentTitle } from './experiment-text.ts';
import {
  described,
  oneOf,
  unexpected,
  wholeNumber,
  yesOrNo,
  type Choice,
  type Question,
} from './question.ts';
import { RECIPES, type Recipe } from './recipes.ts';
import { CLUSTER_NAMES, newScene, sceneOf, type Scene } from './scene.ts';

/** What the command line says of the experiment; everything may be left out. */
export interface Wishes {
  title?: string;
  environment?: string;
  clusters?: string;
  nodes?: string;
  replicas?: string;
  mirror?: boolean;
  nats?: string;
  fault?: string;
}

/** All that is to be known of the files to be made. */
export interface Settled {
  name: string;
  title: string;
  scene: Scene;
  fault: Fault;
  recipe: Recipe;
  /** Path of an environment that is there already, and the word for it; or the nats-server of a new one. */
  environment: { path: string; word: string } | { nats: string };
}

/** Where things are, and what can be done. */
export interface Surroundings {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The folder where the experiment will be: environments are looked for from there. */
  experiments: string;
  offerFor: (environment: Environment | null) => DriverOffer;
  /** Which files of an experiment of that name are there already, in words, or null when none is in the way. */
  taken: (name: string, environment: 'new' | 'existing') => string | null;
}

/**
 * Asks for whatever the command line does not say.
 *
 * @throws ChaosError `usage` for what makes no sense, `invalid` for an environment that does not validate
 */
export async function settle(
  name: string | undefined,
  wishes: Wishes,
  answers: Answers,
  around: Surroundings,
): Promise<Settled> {
  refuseBoth(wishes);
  // What is wrong with a name that is given already is told before anybody is asked anything.
  if (name !== undefined)
    await answers.to(
      nameQuestion('', () => null),
      name,
    );
  const environment = await environmentOf(wishes, answers, around);
  const { fault, recipe } = await faultOf(wishes, answers, environment);
  const taken = (word: string): string | null =>
    around.taken(word, 'nats' in environment.place ? 'new' : 'existing');
  const named = await answers.to(nameQuestion(freeName(`try-${fault.kind}`, taken), taken), name);
  const options = resolveValue(fault.schema, { kind: fault.kind, ...recipe.fault });
  const otherwise = experimentTitle(fault, fault.title(options));
  const title = await answers.to(titleQuestion(otherwise), wishes.title);
  return { name: named, title, scene: environment.scene, fault, recipe, environment: environment.place };
}

interface Chosen {
  scene: Scene;
  place: Settled['environment'];
  offer: DriverOffer;
}

const NEW = 'new';
const LAYOUT = ['clusters', 'nodes', 'replicas', 'mirror', 'nats'] as const;

function refuseBoth(wishes: Wishes): void {
  const layout = LAYOUT.filter((wish) => wishes[wish] !== undefined);
  if (wishes.environment === undefined || wishes.environment === NEW || layout.length === 0) return;
  throw new ChaosError(
    'usage',
    `--environment ${wishes.environment} is there already, and --${layout.join(', --')} would describe a new one`,
  );
}

async function environmentOf(wishes: Wishes, answers: Answers, around: Surroundings): Promise<Chosen> {
  const isNew = LAYOUT.some((wish) => wishes[wish] !== undefined);
  const word = isNew ? NEW : await answers.to(environmentQuestion(around, answers.asks), wishes.environment);
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
      `the servers of ${value.name} run already, and may not be struck by any fault`,
      {
        hint: 'docs/attach.md shows an experiment for such servers that can be copied',
      },
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

/** Every fault with its recipe, or with the reason against it, here or in this environment. */
function cook(scene: Scene, offer: DriverOffer): { fault: Fault; recipe?: Recipe; lacks?: string }[] {
  const offers = faultOffers(faults, offer, true);
  return faults.map((fault) => {
    const here = offers.find(({ name }) => name === fault.kind);
    if (here?.status !== 'ok') return { fault, lacks: `it ${here?.detail ?? 'is not offered'}` };
    const cooked = RECIPES[fault.kind]?.(scene) ?? { lacks: 'a recipe' };
    return 'lacks' in cooked
      ? { fault, lacks: `the environment lacks ${cooked.lacks}` }
      : { fault, recipe: cooked };
  });
}

const CLUSTERS: Question<number> = {
  flag: '--clusters',
  text: `How many clusters, joined by links? (1 to ${CLUSTER_NAMES.length})`,
  otherwise: '1',
  read: wholeNumber(1, CLUSTER_NAMES.length),
};

const MOST_NODES = 7;
/** NATS knows no more. */
const MOST_REPLICAS = 5;

const NODES: Question<number> = {
  flag: '--nodes',
  text: `How many nodes has each cluster? (1 to ${MOST_NODES})`,
  otherwise: '3',
  read: wholeNumber(1, MOST_NODES),
};

const NATS: Question<string> = {
  flag: '--nats',
  text: 'Which nats-server? (a version, a series, latest, or the path of a binary)',
  otherwise: DEFAULT_NATS,
  read: (answer) => {
    try {
      const wanted = parseRequest(TOOLS['nats-server'], answer, {});
      return wanted.kind === 'path' ? wanted.path : answer;
    } catch (thrown) {
      throw new ChaosError('usage', messageOf(thrown), { cause: thrown });
    }
  },
};

function replicasQuestion(nodes: number): Question<number> {
  const most = Math.min(nodes, MOST_REPLICAS);
  return {
    flag: '--replicas',
    text: `How many replicas has each stream? (1 to ${most})`,
    otherwise: String(Math.min(3, most)),
    read: wholeNumber(1, most),
  };
}

function mirrorQuestion(clusters: number): Question<boolean> {
  return {
    flag: '--mirror or --no-mirror',
    text: clusters > 1 ? 'Does every other cluster mirror the stream?' : 'Is there a mirror of the stream?',
    otherwise: clusters > 1 ? 'yes' : 'no',
    read: yesOrNo,
  };
}

function worded(mirror: boolean | undefined): string | undefined {
  return mirror === undefined ? undefined : mirror ? 'yes' : 'no';
}

function environmentQuestion({ cwd, env }: Surroundings, asked: boolean): Question<string> {
  const files = [cwd, packageFolder()].flatMap((base) => yamlFilesIn(join(base, 'environments')));
  const there = files.map((file) => ({
    name: basename(file, extname(file)),
    summary: headOf(file, { env, cwd }).title,
  }));
  const all = [{ name: NEW, summary: 'make one' }, ...new Map(there.map((one) => [one.name, one])).values()];
  const read = oneOf(all, true);
  return {
    flag: '--environment',
    text: 'On which environment?',
    otherwise: NEW,
    choices: all,
    // A path, or a name on the command line, is looked for as chaos run does it.
    read: (answer) => (!asked || /\.ya?ml$/.test(answer) ? answer : read(answer)),
  };
}

function faultQuestion(choices: readonly Choice[], numbered: boolean): Question<string> {
  const usual = choices.find(({ name }) => name === 'kill') ?? choices[0];
  return {
    flag: '--fault',
    text: 'Which fault?',
    otherwise: usual?.name ?? '',
    choices,
    read: oneOf(choices, numbered),
  };
}

function nameQuestion(otherwise: string, taken: (name: string) => string | null): Question<string> {
  const schema = fileNameField('');
  const expected = (schema as { [EXPECTED]?: string })[EXPECTED] ?? 'a name';
  const read = described(schema, expected);
  return {
    flag: 'a name after `chaos init`',
    text: 'What is it called?',
    otherwise,
    read: (answer) => {
      const there = taken(read(answer));
      if (there === null) return answer;
      throw unexpected(answer, `a name that is free: ${there}`, 'to write over files, say --force');
    },
  };
}

/** `try-kill`, or else `try-kill-2` and so on. */
function freeName(name: string, taken: (name: string) => string | null): string {
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? name : `${name}-${i}`;
    if (taken(candidate) === null) return candidate;
  }
}

function titleQuestion(otherwise: string): Question<string> {
  return {
    flag: '--title',
    text: 'What does it claim?',
    otherwise,
    read: described(titleField(''), 'one line of at most 300 characters'),
  };
}

import { basename, extname, join } from 'node:path';
import { parseRequest } from '../../drivers/binaries/request.ts';
import { TOOLS } from '../../drivers/binaries/tools.ts';
import { EXPECTED, fileNameField, titleField } from '../../experiment/schema/common.ts';
import { yamlFilesIn } from '../../experiment/source/files.ts';
import { headOf } from '../../experiment/load.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { packageFolder } from '../../support/package-folder.ts';
import { DEFAULT_NATS } from '../doctor/binaries.ts';
import {
  described,
  oneOf,
  unexpected,
  wholeNumber,
  yesOrNo,
  type Choice,
  type Question,
} from './question.ts';
import { CLUSTER_NAMES } from './scene.ts';

/** The answer that means an environment that does not exist yet. */
export const NEW = 'new';

export const CLUSTERS: Question<number> = {
  flag: '--clusters',
  text: `How many clusters, joined by links? (1 to ${CLUSTER_NAMES.length})`,
  otherwise: '1',
  read: wholeNumber(1, CLUSTER_NAMES.length),
};

const MOST_NODES = 7;
/** NATS supports no more replicas. */
const MOST_REPLICAS = 5;

export const NODES: Question<number> = {
  flag: '--nodes',
  text: `How many nodes has each cluster? (1 to ${MOST_NODES})`,
  otherwise: '3',
  read: wholeNumber(1, MOST_NODES),
};

export const NATS: Question<string> = {
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

export function replicasQuestion(nodes: number): Question<number> {
  const most = Math.min(nodes, MOST_REPLICAS);
  return {
    flag: '--replicas',
    text: `How many replicas has each stream? (1 to ${most})`,
    otherwise: String(Math.min(3, most)),
    read: wholeNumber(1, most),
  };
}

export function mirrorQuestion(clusters: number): Question<boolean> {
  return {
    flag: '--mirror or --no-mirror',
    text: clusters > 1 ? 'Does every other cluster mirror the stream?' : 'Is there a mirror of the stream?',
    otherwise: clusters > 1 ? 'yes' : 'no',
    read: yesOrNo,
  };
}

export function environmentQuestion(cwd: string, env: NodeJS.ProcessEnv, asked: boolean): Question<string> {
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
    // A path, or a name on the command line, is resolved as `chaos run` does it.
    read: (answer) => (!asked || /\.ya?ml$/.test(answer) ? answer : read(answer)),
  };
}

export function faultQuestion(choices: readonly Choice[], numbered: boolean): Question<string> {
  const usual = choices.find(({ name }) => name === 'kill') ?? choices[0];
  return {
    flag: '--fault',
    text: 'Which fault?',
    otherwise: usual?.name ?? '',
    choices,
    read: oneOf(choices, numbered),
  };
}

export function nameQuestion(otherwise: string, taken: (name: string) => string | null): Question<string> {
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

export function titleQuestion(otherwise: string): Question<string> {
  return {
    flag: '--title',
    text: 'What does it claim?',
    otherwise,
    read: described(titleField(''), 'one line of at most 300 characters'),
  };
}

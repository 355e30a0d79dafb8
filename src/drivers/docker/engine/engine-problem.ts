import { withDeadline } from '../../../support/deadline.ts';
import type { HarnessProblem } from '../../driver.ts';
import { reasonOf } from './calls.ts';
import type { Engine } from './engine.ts';

const ANSWER_MS = 2_000;
/** Error codes of a connection when no process listens. */
const NOBODY = ['ECONNREFUSED', 'ENOENT'];

/** The problem of one of the engines; null when all of them work. */
export async function engineProblem(engines: readonly Engine[]): Promise<HarnessProblem | null> {
  const problems = await Promise.all(engines.map(problemOf));
  return problems.find((problem) => problem !== null) ?? null;
}

async function problemOf({ docker, address }: Engine): Promise<HarnessProblem | null> {
  try {
    await withDeadline(docker.ping(), ANSWER_MS, 'the Docker engine');
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const text = `the Docker engine at ${address.host} does not answer: ${reasonOf(error)}`;
    return { part: 'engine', state: NOBODY.includes(code ?? '') ? 'dead' : 'silent', text };
  }
}

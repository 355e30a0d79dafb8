import type {
  DiscoveredAccount,
  DiscoveredAsset,
  DiscoveredLink,
  DiscoveredSystem,
} from '../../discover/model.ts';
import { examineFile } from '../../experiment/load.ts';
import type { Problem } from '../../experiment/source/problem.ts';
import { formatProblems } from '../../experiment/source/problem.ts';
import { ChaosError } from '../../support/errors.ts';
import { scalar } from '../init/yaml-text.ts';
import { staged } from '../init/new-files.ts';
import { discoveredText, linkLine, type EnvironmentHead, type Deployment } from './environment-text.ts';

/** A stream that is left out takes those with it that copy it, one after the other. */
const MAX_ROUNDS = 50;

/**
 * The text of the environment, valid as `chaos validate` judges it: streams, consumers, and what accounts share are left out where
 * it would refuse them, and the notes say why.
 *
 * @throws ChaosError `failed` with the problems when something else is refused
 */
export function validText(
  found: DiscoveredSystem,
  deployment: Deployment,
  head: EnvironmentHead,
): { system: DiscoveredSystem; text: string } {
  let system = found;
  for (let round = 0; ; round += 1) {
    const text = discoveredText(system, deployment, head);
    const problems = problemsOf(text, deployment);
    if (problems.length === 0) return { system, text };
    const less = withoutRefused(system, text.split('\n'), problems);
    if (less === null || round >= MAX_ROUNDS)
      throw new ChaosError(
        'failed',
        `what was found makes no valid environment:\n${formatProblems(problems)}`,
        {
          hint: '--json shows what was found; please report it',
        },
      );
    system = less;
  }
}

function problemsOf(text: string, deployment: Deployment): Problem[] {
  // A compose file only has to be there; its place is checked when a run reads it.
  const files = { 'environments/discovered.yaml': text };
  return staged(files, (folder) =>
    examineFile(`${folder}/environments/discovered.yaml`, { env: process.env, cwd: folder }).filter(
      ({ severity }) => severity === 'error',
    ),
  ).filter(({ message }) => deployment.kind !== 'compose' || !message.includes('there is no file'));
}

/** Without the links, streams and consumers on whose lines the problems are, and what accounts share; null when a problem is elsewhere. */
function withoutRefused(
  system: DiscoveredSystem,
  lines: readonly string[],
  problems: readonly Problem[],
): DiscoveredSystem | null {
  const refused = new Map<string, string>();
  const refusedLinks = new Map<DiscoveredLink, string>();
  const refusedFields: RefusedField[] = [];
  for (const { line, column, message } of problems) {
    const text = lines[line - 1] ?? '';
    const link = system.links.find((one) => text === linkLine(one));
    const asset = [...system.streams, ...system.consumers].find(({ address }) =>
      text.startsWith(`  ${scalar(address)}:`),
    );
    const account = system.accounts.find(({ name }) => text.startsWith(`  ${scalar(name)}: {`));
    const shared = account && sharedAt(text, column);
    if (link !== undefined) refusedLinks.set(link, refusedLinks.get(link) ?? message);
    else if (account !== undefined && shared !== undefined)
      refusedFields.push({ account, field: shared, message });
    else if (asset !== undefined) refused.set(asset.address, refused.get(asset.address) ?? message);
    else return null;
  }
  const isKept = ({ address }: DiscoveredAsset): boolean =>
    !refused.has(address) && !refused.has(address.split('/').slice(0, 2).join('/'));
  return {
    ...system,
    accounts: system.accounts.map((one) => without(one, refusedFields)),
    links: system.links.filter((link) => !refusedLinks.has(link)),
    streams: system.streams.filter(isKept),
    consumers: system.consumers.filter(isKept),
    notes: [
      ...system.notes,
      ...[...refused].map(([address, message]) => ({ text: `${address} is left out: ${message}` })),
      ...refusedFields.map(({ account, field, message }) => ({
        text: `${field} of the account ${account.name} are left out: ${message}`,
      })),
      ...[...refusedLinks].map(([link, message]) => ({
        text: `the ${linkWords(link)} is left out: ${message}`,
      })),
    ],
  };
}

/** What an account shares or maps, and cannot be stated. */
interface RefusedField {
  account: DiscoveredAccount;
  field: string;
  message: string;
}

/** The field of an account's line in which a column is; undefined when it is none of these. */
function sharedAt(line: string, column: number): string | undefined {
  return ['exports', 'imports', 'mappings']
    .map((field) => ({ field, at: line.indexOf(`${field}: `) }))
    .filter(({ at }) => at >= 0 && at < column)
    .sort((a, b) => a.at - b.at)
    .at(-1)?.field;
}

function without(account: DiscoveredAccount, refused: readonly RefusedField[]): DiscoveredAccount {
  const left = refused.filter((one) => one.account === account).map(({ field }) => field);
  const fields = Object.entries(account.fields).filter(([field]) => !left.includes(field));
  return { ...account, fields: Object.fromEntries(fields) };
}

function linkWords(link: DiscoveredLink): string {
  return link.kind === 'gateway'
    ? `gateway between ${link.between.join(' and ')}`
    : `leafnode link from ${link.from} to ${link.to}`;
}

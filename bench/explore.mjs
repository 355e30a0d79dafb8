/**
 * Searches for failures that are known to be there, from spaces that do not name them, and prints how long it took:
 * `node bench/explore.mjs [case …] [--budget 30m] [--seed 1] [--out folder]`, after `npm run build`. Without a case, all of them are
 * searched. Those on disks need root, loop devices and xfsprogs.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const PROGRAM = resolve(import.meta.dirname, '../dist/cli/main.js');
const SPACES = resolve(import.meta.dirname, '../experiments/explore');

/** What is known to be there, and the ids of findings that are it. */
const CASES = {
  'stream-lost': {
    what: 'the stream is lost after kills',
    nats: '2.10.22',
    space: 'one-zone.yaml',
    isIt: /no-loss|not-steady|out-of-time/,
  },
  'damaged-block': {
    what: "a follower's damaged block hides messages",
    nats: '2.12.1',
    space: 'one-zone-disks.yaml',
    isIt: /no-loss|gapless|undelivered|not-steady|out-of-time/,
  },
  'lost-power': {
    what: 'what is not synced is lost with the power, with the default sync_interval',
    nats: '2.12',
    space: 'one-zone-disks.yaml',
    isIt: /no-loss|not-steady|out-of-time/,
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    budget: { type: 'string', default: '30m' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const out = values.out ?? mkdtempSync(join(tmpdir(), 'chaos-bench-explore-'));
for (const name of positionals.length > 0 ? positionals : Object.keys(CASES)) {
  if (CASES[name] === undefined)
    throw new Error(`no case ${name}: expected ${Object.keys(CASES).join(', ')}`);
  await search(name, CASES[name]);
}
console.log(`\nsearches: ${out}`);

async function search(name, { what, nats, space, isIt }) {
  console.log(
    `\n${name}: ${what}; nats-server ${nats}, ${space}, seed ${values.seed}, budget ${values.budget}`,
  );
  const folder = join(out, name);
  const args = [
    'explore',
    join(SPACES, space),
    '--nats',
    nats,
    '--seed',
    values.seed,
    '--budget',
    values.budget,
  ];
  const code = await ended([...args, '--stop-on-first', '--out', folder]);
  const newest = readdirSync(folder).sort().at(-1);
  const saved = JSON.parse(readFileSync(join(folder, newest, 'explore.json'), 'utf8'));
  const found = saved.findings.find(({ id }) => isIt.test(id));
  const perMinute = (saved.runs.length / saved.wallMs) * 60_000;
  console.log(
    `  exit code ${code}; ${saved.runs.length} runs, ${perMinute.toFixed(1)} a minute with the reduction`,
  );
  if (found === undefined) {
    console.log(`  not found; other findings: ${saved.findings.map(({ id }) => id).join(', ') || 'none'}`);
    return;
  }
  const first = saved.runs.find(({ number }) => number === found.runs[0]);
  const minutes = (Date.parse(first.startedAt) + first.ms - Date.parse(saved.startedAt)) / 60_000;
  console.log(`  found: ${found.id}, in run ${first.number}, after ${minutes.toFixed(1)} minutes`);
  if (found.reduced === null) console.log(`  not reduced: ${found.notReduced ?? 'no time was left'}`);
  else told(join(folder, newest), found.reduced);
}

function told(folder, { folder: place, before, after, runs, over }) {
  const readme = readFileSync(join(folder, place, 'README.md'), 'utf8');
  const [, whole, smallest] = /^\| size \| (.*) \| (.*) \|$/m.exec(readme) ?? [];
  console.log(`  before: ${whole}; shown in ${before.shown} of ${before.of} runs`);
  console.log(`  after: ${smallest}; shown in ${after.shown} of ${after.of} runs`);
  console.log(
    `  ${runs} runs of the reduction; ${over === null ? 'nothing smaller shows it as often' : over}`,
  );
}

function ended(args) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((done, fail) => child.once('error', fail).once('exit', done));
}

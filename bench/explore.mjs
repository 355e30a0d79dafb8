/**
 * Searches the general space of one zone for failures that are known to be there, and prints how long it took and how small each
 * became: `node bench/explore.mjs [case …] [--budget 60m] [--reduce 15m] [--seed 1] [--out folder] [--resume]`, after
 * `npm run build`. Without a case, all of them are searched. Lost power needs root, loop devices and xfsprogs.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const PROGRAM = resolve(import.meta.dirname, '../dist/cli/main.js');
const SPACE = resolve(import.meta.dirname, '../experiments/explore/one-zone.yaml');

/**
 * What is known to be there: the findings that are it, and the kinds that a run must have had, or not, to be due to it. Lost
 * power takes streams away on every version, so a search for another way to lose one leaves it out.
 */
const CASES = {
  'stream-lost': {
    what: 'the stream is lost after kills',
    nats: '2.10.22',
    without: ['power-failure'],
    isIt: /stream-gone/,
    due: ({ kinds }) => kinds.some((kind) => ['kill', 'pause-kill'].includes(kind)),
  },
  'damaged-block': {
    what: "a follower's damaged block hides messages",
    nats: '2.12.1',
    without: [],
    isIt: /^check-identical-missing|^check-no-loss-(missing|undelivered)/,
    due: ({ kinds }) => kinds.includes('bit-flip') && !kinds.includes('power-failure'),
  },
  'lost-power': {
    what: 'what is not synced is lost with the power, with the default sync_interval',
    nats: '2.12',
    without: [],
    isIt: /^check-no-loss/,
    due: ({ kinds }) => kinds.includes('power-failure'),
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    budget: { type: 'string', default: '60m' },
    reduce: { type: 'string', default: '15m' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
    resume: { type: 'boolean', default: false },
  },
});
const out = resolve(values.out ?? mkdtempSync(join(tmpdir(), 'chaos-bench-explore-')));
for (const name of positionals.length > 0 ? positionals : Object.keys(CASES)) {
  if (CASES[name] === undefined)
    throw new Error(`no case ${name}: expected ${Object.keys(CASES).join(', ')}`);
  await search(name, CASES[name]);
}
console.log(`\nsearches: ${out}`);

async function search(name, sought) {
  const { what, nats, without } = sought;
  console.log(`\n${name}: ${what}; nats-server ${nats}, seed ${values.seed}, budget ${values.budget}`);
  const folder = join(out, name);
  const began = ['--nats', nats, '--seed', values.seed, ...without.flatMap((kind) => ['--without', kind])];
  const how = values.resume ? ['--resume'] : [SPACE, ...began];
  const child = started(['explore', ...how, '--budget', values.budget, '--no-reduce', '--out', folder]);
  const stop = setInterval(() => {
    if (foundIn(folder, sought) === undefined) return;
    clearInterval(stop);
    child.kill('SIGINT');
  }, 1_000);
  const code = await ended(child);
  clearInterval(stop);
  const saved = savedIn(folder);
  const perMinute = (saved.runs.length / saved.wallMs) * 60_000;
  console.log(`  exit code ${code}; ${saved.runs.length} runs, ${perMinute.toFixed(1)} a minute`);
  console.log(
    `  all findings: ${saved.findings.map(({ id, count }) => `${id} (${count})`).join(', ') || 'none'}`,
  );
  const found = foundIn(folder, sought);
  if (found === undefined) return console.log('  not found');
  const { run, finding } = found;
  const minutes =
    saved.runs.filter(({ number }) => number <= run.number).reduce((sum, { ms }) => sum + ms, 0) / 60_000;
  console.log(
    `  found: ${finding.id}, in run ${run.number}, after ${minutes.toFixed(1)} minutes of runs: ${run.headline}`,
  );
  await reduce(folder, join(folder, newestIn(folder), run.folder), finding.id);
}

async function reduce(folder, run, failure) {
  const args = ['reduce', run, '--of', failure, '--budget', values.reduce, '--runs', '60', '--out', folder];
  const code = await ended(started(args));
  const readme = join(folder, 'findings', failure, 'README.md');
  if (code !== 0 || !existsSync(readme)) return console.log(`  not reduced: exit code ${code}`);
  const text = readFileSync(readme, 'utf8');
  const row = (title) => new RegExp(`^\\| ${title} \\| (.*) \\| (.*) \\|$`, 'm').exec(text) ?? [];
  const [, whole, smallest] = row('size');
  const [, before, after] = row('shown in');
  console.log(`  before: ${whole}; shown in ${before}`);
  console.log(`  after: ${smallest}; shown in ${after}`);
  console.log(`  ${/^\d+ runs were made.*$/m.exec(text)?.[0] ?? ''}`);
}

function newestIn(folder) {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => existsSync(join(folder, name, 'explore.json')))
    .sort()
    .at(-1);
}

function savedIn(folder) {
  const newest = newestIn(folder);
  return newest === undefined
    ? undefined
    : JSON.parse(readFileSync(join(folder, newest, 'explore.json'), 'utf8'));
}

/** The first run that shows what is looked for. */
function foundIn(folder, { isIt, due }) {
  const { runs = [], findings = [] } = savedIn(folder) ?? {};
  for (const run of runs.filter(due)) {
    const finding = findings.find(({ id, runs: numbers }) => isIt.test(id) && numbers.includes(run.number));
    if (finding !== undefined) return { run, finding };
  }
  return undefined;
}

function started(args) {
  return spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

function ended(child) {
  return new Promise((done, fail) => child.once('error', fail).once('exit', done));
}

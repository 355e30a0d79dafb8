/**
 * Runs the shipped findings, also those that take long or show only now and then, and says what was expected and what
 * was seen: `npm run findings -- [--nats 2.10.22,2.12.15] [--runs 3] [--seed 1] [name ...]`, after `npm run build`.
 * Without --nats, each runs on the version of its environment. Ends with 1 when a run did not come out as expected;
 * where an experiment expects nothing of a version, any verdict will do.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'experiments/findings');
const INTERRUPTED = [130, 143];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nats: { type: 'string' },
    runs: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
  },
});
const versions = values.nats?.split(',') ?? [undefined];
const [runs, seed] = [wholeNumber('runs'), wholeNumber('seed')];
const out = mkdtempSync(join(tmpdir(), 'chaos-findings-'));

const files = chosenFiles();
console.log(`reports: ${out}\n`);
const rows = [];
for (const file of files) for (const nats of versions) rows.push(await several(file, nats));
console.log(`\n| finding | nats-server | expected | seen |\n|---|---|---|---|`);
for (const { name, version, expected, seen } of rows) {
  const counts = Object.entries(seen).map(([verdict, n]) => `${verdict} ${n}`);
  console.log(`| ${name} | ${version} | ${expected} | ${counts.join(', ')} |`);
}
if (!rows.every((row) => row.asExpected)) process.exitCode = 1;

function chosenFiles() {
  const known = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  const names = positionals.map((name) => `${basename(name, '.yaml')}.yaml`);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`no such finding: ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return (names.length > 0 ? names : known).map((name) => join(FOLDER, name));
}

function wholeNumber(option) {
  const number = Number(values[option]);
  if (!Number.isInteger(number) || number < 1) {
    throw new Error(`--${option}: found ${values[option]}; expected a whole number from 1`);
  }
  return number;
}

async function several(file, nats) {
  const row = {
    name: basename(file, '.yaml'),
    version: nats ?? '',
    expected: '',
    seen: {},
    asExpected: true,
  };
  for (let i = 0; i < runs; i += 1) {
    const report = await once(file, nats, seed + i);
    const { verdict, versions: ran } = report.expected;
    row.version = report.versions['nats-server'] ?? row.version;
    row.expected = ran === undefined ? verdict : `${verdict} (${ran})`;
    row.seen[report.expected.seen] = (row.seen[report.expected.seen] ?? 0) + 1;
    row.asExpected &&= verdict === 'none' || report.verdict === 'pass';
    console.log(`${row.name} on ${row.version}, seed ${seed + i}: ${report.verdict}: ${report.headline}`);
  }
  return row;
}

/** @returns what the run's report.json says */
async function once(file, nats, withSeed) {
  const args = ['run', file, '--json', '--free-ports', '--seed', String(withSeed), '--out', out];
  if (nats !== undefined) args.push('--nats', nats);
  const child = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('close', done));
  let result;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    if (event.type === 'result') result = event;
  }
  const code = await ended;
  if (result === undefined || INTERRUPTED.includes(code)) process.exit(code || 3);
  return JSON.parse(readFileSync(resolve(result.folder, 'report.json'), 'utf8'));
}

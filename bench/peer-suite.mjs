/**
 * The nine scenarios of the chaos tests that nats-server had until May 2024, written as experiments (`bench/peer-suite/`), and run on
 * the built program: `npm run build && npm run bench:peer-suite [-- names…]`. Prints one Markdown table: the lines of both, and what
 * each has found. With GO_SOURCE=jetstream_chaos_test.go the lines of Go are counted anew, in place of the figures below.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';
import { goLines } from './peer-suite/go-lines.mjs';

const PROGRAM = resolve(import.meta.dirname, '../dist/cli/main.js');
const SUITE = resolve(import.meta.dirname, 'peer-suite');

/** The last commit of nats-io/nats-server that has `server/jetstream_chaos_test.go`: the parent of the one that removes it. */
const COMMIT = 'e10cf16b1ea677241b9bc9ba60401bb1146e2818';

/** Each scenario: the test function, its lines and those of the helpers in the same file (as counted at that commit), and its claim. */
const SCENARIOS = {
  'bounce-all': ['ClusterBounce', 20, 113, 'every node is healthy after each restart'],
  'bounce-some': ['ClusterBounceSubset', 20, 113, 'every node is healthy after each restart'],
  'consumer-ordered': ['ConsumerOrdered', 70, 183, 'each next message has the next sequence, and its body'],
  'consumer-async': ['ConsumerAsync', 88, 176, 'all messages arrive, each with its body'],
  'consumer-durable': [
    'ConsumerDurable',
    162,
    183,
    'all messages arrive, each with its body, over changing connections',
  ],
  'consumer-pull': ['ConsumerPull', 89, 183, 'all messages arrive, each with its body'],
  'kv-put-get': ['KvPutGet', 80, 154, 'revisions rise; a read shows the last write, or an older one'],
  'kv-put-get-latest': [
    'KvPutGetWithRetries',
    100,
    154,
    'a write succeeds in the end, and a read shows it in the end',
  ],
  'kv-compare-and-set': ['KvCAS', 110, 154, 'after a refusal no revision is lower than before'],
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in SCENARIOS));
if (unknown.length > 0)
  throw new Error(`no scenario ${unknown.join(', ')}; there are ${Object.keys(SCENARIOS).join(', ')}`);
const source = process.env.GO_SOURCE === undefined ? undefined : readFileSync(process.env.GO_SOURCE, 'utf8');
const out = mkdtempSync(join(os.tmpdir(), 'peer-suite-'));
const rows = [];
try {
  for (const name of names.length > 0 ? names : Object.keys(SCENARIOS)) {
    rows.push(row(name, runOf(name)));
    console.error(rows.at(-1));
  }
} finally {
  rmSync(out, { recursive: true });
}

const cores = `${os.cpus().length} x ${os.cpus()[0]?.model}`;
const memory = `${Math.round(os.totalmem() / 1024 ** 3)} GiB`;
const counted = source === undefined ? `lines of Go as counted at ${COMMIT}` : 'lines of Go counted now';
console.log(
  `node ${process.version}, ${cores}, ${memory}; ${counted}; blank lines and comments do not count`,
);
console.log(
  `the environment that all of them share has ${yamlLines('environments/three-nodes.yaml')} lines of YAML\n`,
);
console.log(
  '| scenario | lines of Go: test + helpers | lines of YAML | what the Go test asserts | what ours checks, and found |',
);
console.log(`|---|---|---|---|---|\n${rows.join('\n')}`);

function runOf(name) {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, 'run', join(SUITE, `${name}.yaml`), '--json', '--free-ports', '--out', out],
    { encoding: 'utf8' },
  );
  const last = stdout.trim().split('\n').at(-1);
  if (!last) throw new Error(`${name} gives no result:\n${stderr}`);
  return JSON.parse(readFileSync(join(JSON.parse(last).folder, 'report.json'), 'utf8'));
}

function row(name, report) {
  const [test, own, helpers, claim] = SCENARIOS[name];
  const go = source === undefined ? { own, helpers } : goLines(source, `TestJetStreamChaos${test}`);
  if (go.own !== own || go.helpers !== helpers)
    console.error(`${test} has ${go.own} + ${go.helpers} lines; ${own} + ${helpers} at ${COMMIT}`);
  const proven = report.faults.filter(({ inForce, removed }) => inForce?.proven && removed?.proven).length;
  const found = report.findings.map(
    ({ check, verdict, statement }) => `\`${check}\` ${verdict}: ${statement}`,
  );
  const headline = report.verdict === 'pass' ? '' : ` (${report.headline})`;
  const verdict = `**${report.verdict}**${headline}, ${proven} of ${report.faults.length} faults proven`;
  const cells = [`\`${name}\``, `${go.own} + ${go.helpers}`, yamlLines(`${name}.yaml`), claim];
  return `| ${[...cells, [verdict, ...found].join('; ')].join(' | ')} |`;
}

function yamlLines(file) {
  const lines = readFileSync(join(SUITE, file), 'utf8').split('\n');
  return lines.filter((line) => !/^\s*(#.*)?$/.test(line)).length;
}

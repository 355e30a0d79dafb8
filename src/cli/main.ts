import { Argument, Command, CommanderError, Option } from 'commander';
import type { CompareCommandOptions } from './commands/compare.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import type { ListOptions } from './commands/list.ts';
import type { PlanOptions } from './commands/plan.ts';
import type { RecoverOptions } from './commands/recover.ts';
import type { ReportOptions } from './commands/report.ts';
import type { ReportServeOptions } from './commands/report-serve.ts';
import type { RunOptions } from './commands/run.ts';
import type { ValidateOptions } from './commands/validate.ts';
import { declareCompletion } from './declare/completion.ts';
import { declareDiscover } from './declare/discover.ts';
import { declareExplain } from './declare/explain.ts';
import { declareExplore } from './declare/explore.ts';
import { declareFleet } from './declare/fleet.ts';
import { declareHistory } from './declare/history.ts';
import { declareInit } from './declare/init.ts';
import { declareMatrix } from './declare/matrix.ts';
import { declareReduce } from './declare/reduce.ts';
import { declareNightly } from './declare/nightly.ts';
import { portNumber, probability, ratio, repeated, wholeNumber } from './declare/parsers.ts';
import { examples, loading, offering } from './declare/parts.ts';
import { complainAndCode, end, endOnCrashes, noteOutputErrors } from './endings.ts';
import { ExitCode } from './exit-codes.ts';
import { LISTS } from './lists.ts';
import { packageVersion } from './package.ts';

// Commands are loaded when they are called: `chaos --help` must not wait for a NATS client.
const program = new Command('chaos')
  .description('Chaos engineering for NATS JetStream: real clusters, real faults, a verdict that is earned')
  .version(packageVersion(), '--version', 'print the version')
  .addOption(debugOption())
  .helpOption('-h, --help', 'show help')
  .helpCommand('help [command]', 'show help for a command')
  .exitOverride()
  // An option after a command belongs to that command, even when the parent command has an option of the same name.
  .enablePositionalOptions()
  .showHelpAfterError('(chaos --help shows what there is)')
  .configureHelp({ showGlobalOptions: false })
  .addHelpText(
    'after',
    examples(
      'chaos init                                  a new experiment and its environment, from a few questions',
      'chaos doctor                                what this machine can run',
      'chaos plan partition-recovery               what would happen, without doing it',
      'chaos run partition-recovery                do it; chaos list experiments shows all that ship with the program',
    ),
  );

declareInit(program);
declareDiscover(program);

command('run', 'carry out experiments and judge them')
  .argument('<files...>', 'experiment files, folders of them, or names that chaos list shows')
  .option('--tag <tag>', 'only experiments that have this tag, or one of several; may be repeated', repeated)
  .option('--nats <version|path>', 'nats-server to run: a version, a series, latest, or a path')
  .option('--environment <name|file>', 'an environment in place of the one that the experiment names')
  .option(
    '--driver <kind>',
    'what brings the environment up: process or docker; an environment that is attached, or has a compose file, says it itself',
  )
  .option('--seed <n>', 'seed of every random choice; a report shows its own', wholeNumber)
  .option('--out <folder>', 'where reports go', 'reports')
  .option('--keep', 'leave the environment up when the verdict is not pass')
  .option(
    '--rehearse',
    'leave out the faults: is the experiment sound, and what happens when nothing is broken?',
  )
  .option('--free-ports', 'take free ports in place of declared ones that are taken')
  .option('--skip-unavailable', 'leave out, and list, experiments that cannot be carried out here')
  .option('--junit <file>', 'write the results as JUnit XML too')
  .option('--markdown <file>', 'write a summary in Markdown too')
  .option('--events <file|->', 'write every event as a line of JSON, as it happens; - is stdout')
  .option(
    '--metrics-port <n>',
    'serve Prometheus metrics at 127.0.0.1 meanwhile; 0 for a free port',
    portNumber,
  )
  .option('--json', 'print the result as JSON')
  .option('--quiet', 'print the verdict only')
  .addHelpText(
    'after',
    examples(
      'chaos run experiments/partition-recovery.yaml',
      'chaos run experiments --nats 2.10 --out reports/2.10',
      'chaos run experiments --tag seeds',
      'chaos run experiments/partition.yaml --free-ports --json',
      'chaos run experiments/partition.yaml --rehearse     without its faults: is the experiment sound?',
      'chaos run experiments --junit results/junit.xml --events results/events.ndjson',
      'chaos run check.yaml --environment staging.yaml     on servers that run already: see docs/attach.md',
    ),
  )
  .action(
    loading(async (files: string[], options: RunOptions) =>
      (await import('./commands/run.ts')).runCommand(files, options),
    ),
  );

declareMatrix(program);
declareNightly(program);
declareExplore(program);
declareReduce(program);
declareFleet(program);

command('recover', 'take down what runs have left whose runner is dead, or that were kept up')
  .argument('[runs...]', 'folders or ids of runs; left out: every dead run under --out')
  .option('--out <folder>', 'where reports are', 'reports')
  .option('--json', 'print what was done as JSON')
  .addHelpText(
    'after',
    examples(
      'chaos recover',
      'chaos recover reports/20261121T031500Z-partition-2.12.1',
      'chaos recover 9f3a2c1b',
    ),
  )
  .action(
    loading(async (runs: string[], options: RecoverOptions) =>
      (await import('./commands/recover.ts')).recoverCommand(runs, options),
    ),
  );

const report = command('report', 'make any form of a saved run again; without an option, print its summary')
  .argument('<run>', 'its folder, the name of that under --out, its id, or latest')
  .option('--out <folder>', 'where reports are', 'reports')
  .option('--html <file|->', 'the page')
  .option('--junit <file|->', 'JUnit XML')
  .option('--markdown <file|->', 'a summary in Markdown')
  .option('--annotations <file|->', 'GitHub annotations on the lines that did not hold')
  .option('--events <file|->', 'write the events of the run as lines of JSON')
  .enablePositionalOptions()
  .addHelpText(
    'after',
    examples(
      'chaos report latest',
      'chaos report reports/sample --junit junit.xml --html -',
      'chaos report serve',
    ),
  )
  .action(
    loading(async (run: string, options: ReportOptions) =>
      (await import('./commands/report.ts')).reportCommand(run, options),
    ),
  );

report
  .command('serve')
  .description('show the list of runs and their reports at an address of this machine')
  .option('--out <folder>', 'where reports are', 'reports')
  .option('--port <n>', 'port at 127.0.0.1; 0 for a free one', portNumber, 8080)
  .addHelpText('after', examples('chaos report serve', 'chaos report serve --out nights --port 0'))
  .action(
    loading(async (options: ReportServeOptions) =>
      (await import('./commands/report-serve.ts')).reportServeCommand(options),
    ),
  );

declareHistory(program);

command('compare', 'hold runs against one another: verdicts, findings, recovery, latency, unavailability')
  .argument('<runs...>', 'runs as chaos report takes them, or folders of runs; one version is one group')
  .option('--out <folder>', 'where reports are', 'reports')
  .option(
    '--baseline <run>',
    'hold them against this run or folder, or latest-pass; may be repeated',
    repeated,
  )
  .option(
    '--tolerance <percent>',
    'how much worse a figure may become where the experiment does not say (default: 20%, latencies by phase left out); given, single runs and latencies are judged by it too',
    ratio,
  )
  .option('--alpha <p>', 'how often a difference may be called one by chance', probability, 0.05)
  .addOption(
    new Option(
      '--fail-on <what>',
      'exit 1 on a regression, 2 when nothing could be judged; single runs are judged by the tolerance alone',
    ).choices(['regression']),
  )
  .option('--html <file>', 'write the comparison as a page')
  .option('--junit <file>', 'write it as JUnit XML, a test case for each experiment')
  .option('--markdown <file>', 'write it in Markdown')
  .option('--json', 'print the comparison as JSON')
  .addHelpText(
    'after',
    examples(
      'chaos compare reports/2.10 reports/2.12 --html comparison.html',
      'chaos compare latest --baseline latest-pass --fail-on regression',
    ),
  )
  .action(
    loading(async (runs: string[], options: CompareCommandOptions) =>
      (await import('./commands/compare.ts')).compareCommand(runs, options),
    ),
  );

command('validate', 'check files, and say everything that is wrong with them')
  .argument('<files...>', 'experiment or environment files, or folders of them')
  .option('--tag <tag>', 'only experiments that have this tag, or one of several; may be repeated', repeated)
  .option('--environment <name|file>', 'an environment in place of those that the experiments name')
  .option('--json', 'print the problems as JSON')
  .addHelpText(
    'after',
    examples('chaos validate experiments/partition.yaml', 'chaos validate experiments environments'),
  )
  .action(
    loading(async (files: string[], options: ValidateOptions) =>
      (await import('./commands/validate.ts')).validateCommand(files, options),
    ),
  );

command('plan', 'show what runs would do, without doing it')
  .argument('<files...>', 'experiment files, folders of them, or names that chaos list shows')
  .option('--tag <tag>', 'only experiments that have this tag, or one of several; may be repeated', repeated)
  .option('--nats <version|path>', 'nats-server to run: a version, a series, latest, or a path')
  .option('--environment <name|file>', 'an environment in place of the one that the experiment names')
  .option('--driver <kind>', 'what would bring the environment up')
  .option('--rehearse', 'of a run without its faults')
  .option('--json', 'print the plan as JSON; of a folder, several files or a tag a list of plans')
  .addHelpText(
    'after',
    examples('chaos plan experiments/partition.yaml', 'chaos plan experiments --tag seeds'),
  )
  .action(
    loading(async (files: string[], options: PlanOptions) =>
      (await import('./commands/plan.ts')).planCommand(files, options),
    ),
  );

command('list', 'list experiments, spaces, environments, faults, actions, probes, workloads and checks')
  .addArgument(offering(new Argument('[what]', 'one of these words, for that list alone'), LISTS))
  .option('--json', 'print the lists as JSON')
  .addHelpText('after', examples('chaos list', 'chaos list faults'))
  .action(
    loading(async (what: string | undefined, options: ListOptions) =>
      (await import('./commands/list.ts')).listCommand(what, options),
    ),
  );

declareExplain(program);

command('doctor', 'say what this machine has, what it lacks, and what it can therefore run')
  .option('--nats <version|path>', 'the nats-server that would be run')
  .option('--json', 'print the findings as JSON')
  .addHelpText('after', examples('chaos doctor'))
  .action(
    loading(async (options: DoctorOptions) => (await import('./commands/doctor.ts')).doctorCommand(options)),
  );

declareCompletion(program);

offerDebug(program);

noteOutputErrors();
endOnCrashes();
process.exitCode = await main();
await end();

async function main(): Promise<number> {
  try {
    if (process.argv.length <= 2) {
      program.outputHelp();
      return ExitCode.pass;
    }
    await program.parseAsync();
    return Number(process.exitCode ?? ExitCode.pass);
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? ExitCode.pass : ExitCode.usage;
    return complainAndCode(thrown);
  }
}

function command(name: string, summary: string): Command {
  return program.command(name).description(summary);
}

function debugOption(): Option {
  return new Option('--debug', 'show where an unexpected error comes from');
}

/** Accepted after the name of a command too, where people write it. */
function offerDebug({ commands }: Command): void {
  for (const one of commands) {
    one.addOption(debugOption());
    offerDebug(one);
  }
}

import type { Command } from 'commander';
import type { HaltOptions } from '../commands/halt.ts';
import type { WorkerCommandOptions } from '../commands/worker.ts';
import type { QueueOptions } from '../fleet/queue-options.ts';
import { positive, repeated, timeSpan } from './parsers.ts';
import { examples, loading } from './parts.ts';
import { declareQueue } from './queue.ts';

/** `chaos worker`, `chaos halt` and `chaos resume`. */
export function declareFleet(program: Command): void {
  declareQueue(
    program.command('worker').description('carry out runs of a queue, those that it was started to allow'),
  )
    .option('--slots <n>', 'most runs side by side', positive, 1)
    .option('--cores <n>', 'cores that runs may use; left out: all of the machine', positive)
    .option('--stop-after <time>', 'take no run after so long, and end when the last one has ended', timeSpan)
    .option('--idle <time>', 'end after so long without a run', timeSpan)
    .option(
      '--allow-driver <kind>',
      'drivers that runs may use; none unless named; may be repeated',
      repeated,
    )
    .option('--allow-root-faults', 'faults and actions that need root')
    .option('--allow-commands', 'programs, images and commands that experiments name')
    .option('--allow-binary <path>', 'a binary of nats-server that runs may name; may be repeated', repeated)
    .option('--allow-addresses', 'addresses of servers and services that experiments name')
    .option('--allow-server-config', 'any setting of servers, which may name files and addresses')
    .option('--allow-folder <path>', 'a folder whose files experiments may name; may be repeated', repeated)
    .option(
      '--allow-variable <name>',
      'a variable of the environment that experiments may read; may be repeated',
      repeated,
    )
    .option('--secrets <file>', 'lines NAME=value: variables that are secrets; may be repeated', repeated)
    .option('--out <folder>', 'where runs are while they are carried out', 'worker')
    .addHelpText(
      'after',
      examples(
        'chaos worker --queue nats://queue:4222 --slots 2 --allow-driver process',
        'chaos worker --queue tls://queue:4222 --queue-creds worker.creds --allow-driver docker --idle 10m',
      ),
    )
    .action(
      loading(async (options: WorkerCommandOptions) =>
        (await import('../commands/worker.ts')).workerCommand(options),
      ),
    );

  declareQueue(
    program
      .command('halt')
      .description('end every run of a fleet at once, with its faults undone, and let none begin'),
  )
    .option('--reason <text>', 'why, for all who look', 'no reason was given')
    .addHelpText('after', examples('chaos halt --queue nats://queue:4222 --reason "smoke in the rack"'))
    .action(
      loading(async (options: HaltOptions) => (await import('../commands/halt.ts')).haltCommand(options)),
    );

  declareQueue(program.command('resume').description('let the runs of a fleet begin again'))
    .addHelpText('after', examples('chaos resume --queue nats://queue:4222'))
    .action(
      loading(async (options: QueueOptions) => (await import('../commands/halt.ts')).resumeCommand(options)),
    );
}

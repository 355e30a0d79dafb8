import type { Command } from 'commander';
import type { InitOptions } from '../commands/init.ts';
import { examples, loading } from './parts.ts';

/** `chaos init`. The descriptions of its options come from its questions, so that both use the same words. */
export function declareInit(program: Command): void {
  program
    .command('init')
    .description('make a new experiment and its environment, ready to run, from questions or options')
    .argument('[name]', 'what the experiment is called, and its file')
    .option('--fault <fault>', 'what is done to the servers: see chaos list faults')
    .option('--explore', 'a space for chaos explore, in place of one fault')
    .option('--title <text>', 'the claim that it makes')
    .option('--environment <name|file>', 'an environment that is there already, in place of a new one')
    .option('--clusters <n>', 'how many clusters the new environment has')
    .option('--nodes <n>', 'how many nodes each cluster has')
    .option('--replicas <n>', 'how many replicas each stream has')
    .option('--mirror', 'with a mirror of the stream, in each other cluster where there are several')
    .option('--no-mirror', 'without one')
    .option('--nats <version|path>', 'nats-server to run: a version, a series, latest, or a path')
    .option('--driver <kind>', 'what is to bring the environment up; only what it can do is offered')
    .option('--from <compose file>', 'the environment of a whole application, and a first experiment on it')
    .option('--out <folder>', 'where experiments/ and environments/ are', '.')
    .option('--force', 'write over files that are there already')
    .option('--yes', 'ask nothing: whatever no option says is as it would be offered')
    .addHelpText(
      'after',
      examples(
        'chaos init                                              asks what it needs to know',
        'chaos init leader-kill --yes',
        'chaos init cut --clusters 2 --fault partition --yes     two clusters, with a mirror in the second',
        'chaos init hunt --explore --yes                         what chaos explore draws runs from',
        'chaos init --from compose.yaml                          the application of a compose file',
        'chaos init slow --environment dual-mirror --fault latency --yes',
      ),
    )
    .action(
      loading(async (name: string | undefined, options: InitOptions) =>
        (await import('../commands/init.ts')).initCommand(name, options),
      ),
    );
}

import { Argument, type Command } from 'commander';
import { SHELLS, type Shell } from '../completion/shells.ts';
import { examples, loading } from './parts.ts';

/** `chaos completion`, and the hidden command that its scripts call. */
export function declareCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that lets a shell complete commands, options, files and runs')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      examples(
        'source <(chaos completion bash)      in ~/.bashrc',
        'source <(chaos completion zsh)       in ~/.zshrc, after compinit',
        'chaos completion fish > ~/.config/fish/completions/chaos.fish',
      ),
    )
    .action(
      loading(async (shell: Shell) => (await import('../commands/completion.ts')).completionCommand(shell)),
    );

  program
    .command('__complete', { hidden: true })
    .argument('<shell>')
    .argument('[words...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(
      loading(async (shell: Shell, words: string[]) =>
        (await import('../commands/complete.ts')).completeCommand(program, shell, words),
      ),
    );
}

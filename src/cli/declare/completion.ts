import type { Command } from 'commander';

export function declareCompletion(program: Command): void {
  void program;
}

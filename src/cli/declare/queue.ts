import type { Command } from 'commander';

/** Options that every command with a queue has. */
export function declareQueue(command: Command): Command {
  return command
    .option(
      '--queue <urls>',
      'nats://host:4222 of the queue of a fleet, several with commas; or NATS_CHAOS_QUEUE. A password or token comes by NATS_CHAOS_QUEUE_USER and _PASSWORD or _TOKEN, or files that _PASSWORD_FILE and _TOKEN_FILE name',
    )
    .option('--queue-prefix <name>', 'what the names of everything on the queue begin with (default: CHAOS)')
    .option('--queue-creds <file>', 'credentials file for the queue')
    .option('--queue-nkey <file>', 'file of an NKey seed for the queue')
    .option('--queue-ca <file>', 'authorities that certificates of the queue are checked against')
    .option('--queue-cert <file>', 'certificate that is shown to the queue')
    .option('--queue-key <file>', 'its key');
}

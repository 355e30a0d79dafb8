import { Argument, Option, type Command } from 'commander';
import type { DiscoverOptions } from '../commands/discover.ts';
import { examples, loading } from './parts.ts';

/** `chaos discover`. */
export function declareDiscover(program: Command): void {
  program
    .command('discover')
    .description(
      'write the environment of servers that run, of a compose file, or of nats-server configurations',
    )
    .addArgument(
      new Argument(
        '<where...>',
        'nats://host:port of a system, http://host:port of a monitoring endpoint, a compose file, or configurations of nats-server',
      ),
    )
    .option('--user <user>', 'of the system account; its password is in a variable (default: NATS_USER)')
    .option('--password-env <variable>', 'the environment variable with the password', 'NATS_PASSWORD')
    .option('--token-env <variable>', 'the environment variable with the token of the servers')
    .option('--nkey <file>', 'the seed of an NKey (default: NATS_NKEY)')
    .option('--creds <file>', 'a credentials file: a JWT and its seed (default: NATS_CREDS)')
    .option('--tls-ca <file>', 'the authorities that are trusted (default: NATS_CA)')
    .option('--tls-cert <file>', 'the certificate that clients show (default: NATS_CERT)')
    .option('--tls-key <file>', 'its key (default: NATS_KEY)')
    .addOption(
      new Option(
        '--as <kind>',
        'what the environment is for: to attach to the servers, to start the like of them, or to bring the compose file up',
      ).choices(['attached', 'started', 'compose']),
    )
    .option('--name <name>', 'what the environment is called')
    .option('--nats <version|path>', 'nats-server of an environment that is started')
    .option('--out <file|->', 'where it goes; - is stdout', '-')
    .option('--json', 'print what was found as JSON')
    .addHelpText(
      'after',
      examples(
        'NATS_PASSWORD=… chaos discover nats://10.0.0.1:4222 --user sys --out environments/staging.yaml',
        'chaos discover nats://10.0.0.1:4222 --creds keys/sys.creds --as started       the like of it, to break here',
        'chaos discover http://10.0.0.1:8222 http://10.0.0.2:8222                      without a login',
        'chaos discover compose.yaml --out environments/shop.yaml',
        'chaos discover n1.conf n2.conf n3.conf',
      ),
    )
    .action(
      loading(async (where: string[], options: DiscoverOptions) =>
        (await import('../commands/discover.ts')).discoverCommand(where, options),
      ),
    );
}

import { Type } from '../../support/schema.ts';
import { anyJson, count, flag, list, mapOf, milliseconds, oneOf, optional, strict, text, texts } from './fields.ts';

const node = strict(
  {
    name: text('Server name.'),
    client: text('`host:port` for clients, without the proxies.'),
    monitor: text('Base URL of the monitoring endpoint.'),
  },
  'One server.',
);

const topology = strict(
  {
    clusters: list(
      strict({ name: text('Name of the cluster.'), nodes: list(node, 'Its servers.') }, 'One cluster.'),
      'Every cluster.',
    ),
    services: optional(
      list(
        strict(
          {
            name: text('Name of the service.'),
            replicas: list(
              strict(
                {
                  address: text('`service/1`.'),
                  name: text('As its log is called.'),
                  ports: mapOf(Type.String(), '`host:port` by the name of the port, without the proxies.'),
                },
                'One replica.',
              ),
              'Its replicas.',
            ),
          },
          'One service.',
        ),
        'What ran beside NATS; left out where nothing did.',
      ),
    ),
    links: list(
      strict(
        {
          name: text('Id of the link.'),
          kind: text('`route`, `leafnode`, `gateway`, `client` or `service` (from one service to another).'),
          from: text('Who dials: `cluster/node`, `service/1`, or `client`.'),
          to: text('Who is dialled: `cluster/node`, or `service/1`.'),
          direct: optional(
            flag('True: it went through no proxy, because no fault of the plan could touch it.'),
          ),
        },
        'One link.',
      ),
      'Every link, under control unless it is direct.',
    ),
    streams: list(
      strict(
        {
          address: text('`cluster/stream`.'),
          mirrorOf: optional(text('`cluster/stream` that it mirrors.')),
          replicas: count('Replicas asked for.'),
        },
        'One stream.',
      ),
      'Every stream.',
    ),
  },
  'What was brought up.',
);

const faultFigures = strict(
  {
    fault: text('Id of the fault.'),
    provenAfterMs: optional(milliseconds('From the injection to the proof that it is in force.')),
    removedAfterMs: optional(milliseconds('From the removal to its proof.')),
  },
  'How fast one fault took effect and was removed.',
);

/** What ran, where, and how to run it again. */
export const documentFields = {
  program: strict(
    { name: text('`nats-chaos`.'), version: text('Its version.') },
    'The program that made the run.',
  ),
  runId: text('Unique for every run.'),
  experiment: strict(
    {
      name: text('Name of the experiment.'),
      title: text('Its claim, in one sentence.'),
      file: text('Where it was read from.'),
      tags: texts('Its tags.'),
      source: text('The YAML as it ran, secrets replaced.'),
    },
    'The experiment as it ran.',
  ),
  environment: strict(
    {
      name: text('Name of the environment.'),
      title: text('What it is, in one sentence.'),
      file: text('Where it was read from.'),
      source: text('The YAML as it ran, secrets replaced.'),
    },
    'The environment as it ran.',
  ),
  plan: anyJson('The resolved plan: every default filled in, every quantity a number. Its form may change.'),
  rehearsal: optional(
    flag('True: a rehearsal, in which the faults, and what is expected of them, were left out.'),
  ),
  versions: mapOf(Type.String(), 'Versions of everything that took part: `nats-server`, `toxiproxy`, `node` …'),
  driver: text('The driver that ran the servers.'),
  seed: Type.Number({ description: 'Seed of every random choice.' }),
  repeat: strict({ command: text('The command line that repeats this run.') }, 'How to repeat this run.'),
  startedAt: text('When the run began: ISO 8601, UTC.'),
  endedAt: text('When it ended: ISO 8601, UTC.'),
  durationMs: milliseconds('From beginning to end.'),
  beside: optional(
    count(
      'How many other runs in the same folder of runs went on beside it on the same machine, which makes latencies longer; left out: none.',
    ),
  ),
  reused: optional(
    strict(
      { runs: count('How many runs its servers had served before.') },
      'The servers were those of an earlier run, all streams made anew; left out: they were started for this run.',
    ),
  ),
  topology,
  logs: texts('Server log files, relative to the folder of the run.'),
  figures: strict(
    {
      readyMs: optional(milliseconds('From nothing to a cluster that was ready.')),
      teardownMs: optional(milliseconds('Until everything was removed.')),
      durationMs: milliseconds('The whole run.'),
      faults: list(faultFigures, 'How fast each fault took effect and was removed.'),
    },
    'What the run itself took.',
  ),
  interrupted: optional(oneOf(['SIGINT', 'SIGTERM'], 'The signal that ended the run early.')),
  error: optional(
    strict(
      {
        message: text('What went wrong.'),
        hint: optional(text('What to do about it.')),
        code: text('The kind of error, as one word.'),
      },
      'What kept the run from being carried out.',
    ),
  ),
  unclean: texts('What could not be undone, with what to do about it.'),
  gone: optional(
    flag('Whether all that the run had started is stopped and removed, whatever could not be undone before.'),
  ),
  kept: optional(
    strict(
      {
        urls: texts('Where clients can connect.'),
        pids: list(Type.Integer(), 'Process ids.'),
        folder: text('Their folder.'),
      },
      'Servers left running on purpose.',
    ),
  ),
};

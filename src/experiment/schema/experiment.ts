import { checkers } from '../../checkers/index.ts';
import { defaulted, duration, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import { workloads } from '../../workloads/index.ts';
import {
  count,
  fileNameField,
  kindChoice,
  namedRecord,
  secretsField,
  titleField,
  type Item,
} from './common.ts';
import { expectations, observation, stopCondition } from './experiment/conditions.ts';
import { expectField } from './experiment/expect.ts';
import { exploreField } from './experiment/explore.ts';
import { phase } from './experiment/phase.ts';
import { threshold } from './experiment/thresholds.ts';

const whole = strictObject(
  {
    name: fileNameField('Its name, also in the name of the report.'),
    title: titleField('The one claim that it makes.'),
    environment: Type.String({
      minLength: 1,
      description:
        'The environment: the name of a file in environments/, or a path ending in .yaml, relative to this file.',
    }),
    nats: Type.Optional(
      Type.String({
        minLength: 1,
        examples: ['2.10', '2.12.3'],
        description:
          'The nats-server that it starts on, in place of the one that its environment names: a version, a series, `latest`, or the path of a binary; `2.12.15+assertions` is built with the assertions of its authors. --nats overrides both.',
      }),
    ),
    tags: defaulted(
      Type.Array(Type.String({ minLength: 1, description: 'A word to choose experiments by.' }), {
        uniqueItems: true,
        description: 'Words to choose experiments by.',
      }),
      [],
    ),
    secrets: secretsField,
    expect: expectField,
    workloads: defaulted(
      namedRecord<Item>(
        kindChoice<Item>(
          'workload',
          workloads.map((workload) => workload.schema),
          'Something that uses NATS as an application would.',
        ),
        'What uses NATS all through the run, by name. Started before the steady state is tested.',
      ),
      {},
    ),
    steadyState: expectations('What is normal: must hold before the method begins, and again at its end.'),
    probes: defaulted(
      Type.Array(observation, { description: 'Read all through the run and reported, without a condition.' }),
      [],
    ),
    stopWhen: defaulted(
      Type.Array(stopCondition, {
        description:
          'Safety limits: the method ends at once, and the run fails, when one of these is read during it. Faults are then undone, and the checks made.',
      }),
      [],
    ),
    maxNodesDown: Type.Optional(
      count(
        'How many nodes of any one cluster may be down at once: stopped, killed, paused or isolated by faults, or restarted by an action. Left out: a minority of each.',
      ),
    ),
    method: Type.Array(phase, { minItems: 1, description: 'The phases, one after the other.' }),
    explore: Type.Optional(exploreField),
    checks: defaulted(
      Type.Array(
        kindChoice<Item>(
          'check',
          checkers.map((checker) => checker.schema),
          'A check of the whole history.',
        ),
        { description: 'Judged over the whole history, once every workload has drained.' },
      ),
      [],
    ),
    thresholds: defaulted(
      Type.Array(
        threshold,
        { description: 'Limits on the figures of the run.' },
      ),
      [],
    ),
    sampleEvery: defaulted(
      { ...duration('How often probes are read; at least 50ms.'), 'x-minimum': '50ms' } as ReturnType<
        typeof duration
      >,
      '250ms',
    ),
    metricsPort: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        description:
          'While the experiment runs, Prometheus metrics of the run and of its servers are served at this port of 127.0.0.1, so that its probes can read them. Besides those of --metrics-port. `--free-ports` replaces a port that is taken, in `http` probes too.',
      }),
    ),
    drain: defaulted(
      strictObject(
        {
          within: defaulted(timeLimit('How long the workloads may take to finish what is under way.'), '30s'),
        },
        'The end of the run, when workloads finish what is under way.',
      ),
      {},
    ),
  },
  'An experiment: one claim about a NATS system, and the way to test it.',
);

/** One with `explore` in place of `method` is no experiment yet: `chaos explore` draws experiments from it. */
export const experimentSchema = {
  ...whole,
  required: whole.required.filter((name) => name !== 'method'),
  if: { required: ['explore'] },
  else: { required: ['method'] },
} as unknown as typeof whole;

export type Experiment = Static<typeof experimentSchema>;

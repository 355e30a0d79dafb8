import { SERVER_EVENT_KINDS } from '../../history/server-events.ts';
import { Type } from '../../support/schema.ts';
import { expectation } from './claims.ts';
import { anyJson, count, flag, list, mapOf, milliseconds, oneOf, optional, strict, text, texts, time } from './fields.ts';

const evidence = (what: string) =>
  strict(
    {
      proven: flag('Whether it is so.'),
      statement: text('One sentence.'),
      t: time('When it was read.'),
      afterMs: milliseconds('How long after the injection or removal.'),
      readings: anyJson('The readings that it rests on.'),
    },
    what,
  );

const undoStep = strict(
  {
    t: time('When it was done.'),
    record: strict(
      {
        driver: text('The driver that understands it.'),
        op: text('What it does: `links.release`, `processes.start` …'),
        args: mapOf(anyJson('One argument.'), 'Its arguments.'),
      },
      'The journalled record.',
    ),
    attempts: count('How often it was tried.'),
    ok: flag('Whether it succeeded.'),
    error: optional(text('Why not.')),
  },
  'One step of undoing a fault.',
);

const fault = strict(
  {
    id: text(
      'Unique within the run: `partition#1`, and `partition#1.2` for the second time that a repeated fault strikes.',
    ),
    kind: text('Kind of the fault.'),
    phase: text('The phase that injected it.'),
    title: text('The fault in words.'),
    targets: texts('Names of the nodes and links it struck.'),
    roles: mapOf(Type.Array(Type.String()), 'Role as written, and what it was just then.'),
    options: anyJson('Its options as written.'),
    injectedAt: optional(time('When it was injected.')),
    inForce: optional(evidence('Proof, from outside, that it took effect.')),
    heldToEnd: optional(evidence('Proof that it was still in force just before its removal.')),
    removedAt: optional(time('When it was removed.')),
    removed: optional(evidence('Proof that it is gone.')),
    undo: list(undoStep, 'How it was undone.'),
    refused: optional(text('Why it was not injected: it would have gone beyond the blast radius.')),
    vacuous: optional(text('Why it would have changed nothing.')),
    neverDue: optional(text('Why its time never came.')),
  },
  'One fault, from its resolution to the proof of its removal.',
);

const choice = strict(
  {
    id: text('Unique within the run: `choose#1`.'),
    of: list(
      strict(
        {
          fault: text('Id of the fault.'),
          title: text('The fault in words.'),
          chosen: flag('Whether it was picked, by the seed.'),
        },
        'One fault to choose from.',
      ),
      'What there was to choose from.',
    ),
  },
  'What a `choose` picked.',
);

const phase = strict(
  {
    name: text('Name of the phase.'),
    startedAt: optional(time('When it began.')),
    endedAt: optional(time('When it ended.')),
    outcome: oneOf(['completed', 'timed-out', 'stopped', 'aborted', 'not-run'], 'How it ended.'),
    note: optional(text('What ended it, in words.')),
    choices: optional(list(choice, 'What its `choose` items picked.')),
    actions: list(
      strict(
        {
          t: time('When it was done.'),
          kind: text('Kind of the action.'),
          title: text('The action in words.'),
          ok: flag('Whether it succeeded.'),
          error: optional(text('Why not.')),
          evidence: optional(text('What was seen from outside that proves its effect.')),
        },
        'One deliberate step.',
      ),
      'Its actions.',
    ),
    expectations: list(expectation, 'Its expectations.'),
    recoveryMs: optional(milliseconds('From the last proven removal to the steady state that held.')),
  },
  'One phase of the method.',
);

const KINDS = [
  'run',
  'cluster',
  'phase',
  'fault',
  'action',
  'steady-state',
  'workload',
  'undo',
  'guard',
  'problem',
] as const;

const serverEvents = strict(
  {
    events: list(
      strict(
        {
          t: time('When the server said it first.'),
          until: time('When it said it last.'),
          node: text('The server: `cluster/node`.'),
          kind: oneOf(
            SERVER_EVENT_KINDS,
            'quorum: a group lost its quorum. slow-consumer: one was cut off. store: trouble with a store or a limit. stop, start: of the server, and a reload. leader: this server leads a group now. link-down, link-up: routes, leafnodes and gateways. catch-up: a replica has caught up. error, warning: everything else that it complained about.',
          ),
          text: text('Its words, without the address of the connection.'),
          count: count('How often it said so, one soon after the other.'),
        },
        'One event.',
      ),
      'The most telling, in the order of time; at most 300.',
    ),
    leftOut: count('How many more there were.'),
  },
  "What the servers' logs told while the environment was up.",
);

/** What was done, and when. */
export const methodFields = {
  phases: list(phase, 'The method, phase by phase.'),
  faults: list(fault, 'Every fault.'),
  guard: strict(
    {
      checks: count('How often the guard looked.'),
      bypasses: list(
        strict({ t: time('When.'), text: text('What was found.') }, 'One connection.'),
        'Connections that went round the links under control.',
      ),
    },
    'The guard against connections that go round the links under control.',
  ),
  drain: optional(
    strict(
      {
        ok: flag('Whether every workload finished.'),
        ms: milliseconds('How long it took.'),
        note: text('In words.'),
      },
      'Waiting for the workloads to finish.',
    ),
  ),
  stopped: optional(
    strict(
      {
        t: time('When it was read.'),
        probe: text('Id of the probe.'),
        condition: text('The condition in words.'),
        statement: text('One sentence with the reading that decided it.'),
      },
      'The safety limit (`stopWhen`) that ended the method early.',
    ),
  ),
  timeline: list(
    strict({ t: time('When.'), kind: oneOf(KINDS, 'What it is about.'), text: text('What happened.') }, 'One line.'),
    'The story of the run.',
  ),
  serverEvents: optional(serverEvents),
};

import { CRASH_KINDS } from '../../history/server-crash.ts';
import { DRAIN_OUTCOMES } from '../../history/events.ts';
import { SERVER_EVENT_KINDS } from '../../history/server-events.ts';
import { Type } from '../../support/schema.ts';
import { expectation } from './claims.ts';
import { anyJson, count, flag, list, mapOf, milliseconds, oneOf, optional, strict, text, texts, time } from './fields.ts';

const evidence = (what: string) =>
  strict(
    {
      proven: flag('Whether it is proven.'),
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

const faultRecovery = strict(
  {
    outcome: oneOf(
      ['recovered', 'failed-over', 'never-lost', 'not-recovered', 'unmeasured'],
      'failed-over: before its undo began. never-lost: no reading has shown it lost. unmeasured: `why` says why.',
    ),
    steadyAt: optional(time('From when on it held, until the next injection or the end of the method.')),
    sinceInjectionMs: optional(milliseconds('From the injection.')),
    sinceRemovalMs: optional(milliseconds('From the proven removal; 0 where it was back before.')),
    others: optional(texts('Other faults and actions that may have disturbed it in that time.')),
    lostBefore: optional(Type.Literal(true, { description: 'It did not hold at the injection already.' })),
    why: optional(text('Why there is no answer.')),
    readings: count('How many readings it rests on.'),
  },
  'When the steady state was back after the fault, by the readings from its injection to the next one after its removal.',
);

const fault = strict(
  {
    id: text(
      'Unique within the run: `partition#1`, and `partition#1.2` for the second injection of a repeated fault.',
    ),
    kind: text('Kind of the fault.'),
    phase: text('The phase that injected it.'),
    title: text('The fault in words.'),
    targets: texts('Names of the nodes and links it was injected on.'),
    roles: mapOf(Type.Array(Type.String()), 'Role as written, and what it meant at that moment.'),
    options: anyJson('Its options as written.'),
    injectedAt: optional(time('When it was injected.')),
    inForce: optional(evidence('Proof, from outside, that it took effect.')),
    heldToEnd: optional(evidence('Proof that it was still in force just before its removal.')),
    removedAt: optional(time('When it was removed.')),
    removed: optional(evidence('Proof that it was removed.')),
    recovery: optional(faultRecovery),
    undo: list(undoStep, 'How it was undone.'),
    refused: optional(text('Why it was not injected: it would have exceeded the blast radius.')),
    vacuous: optional(text('Why it would have changed nothing.')),
    neverDue: optional(text('Why its time never came.')),
    skipped: optional(
      text('Why this injection was skipped: another fault was in the way, or the two together would have exceeded the blast radius.'),
    ),
    maySkip: optional(Type.Literal(true, { description: 'That it was skipped says nothing about the run.' })),
    skippedAt: optional(time('When it was skipped.')),
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

const recovery = strict(
  {
    outcome: oneOf(
      ['recovered', 'failed-over', 'never-lost', 'not-recovered'],
      'failed-over: the steady state came back while a fault was in force. never-lost: no reading has shown it lost, so there is no time; a loss between two readings is not seen.',
    ),
    from: optional(
      oneOf(
        ['removal', 'injection', 'action', 'phase'],
        "What `ms` counts from: the last fault's proven removal, the injection of the fault in force, the first action, or the beginning of the phase.",
      ),
    ),
    ms: optional(milliseconds('How long it took until the steady state held again.')),
    steadyAt: optional(time('From when on the steady state held again.')),
    sinceRemovalMs: optional(milliseconds("From the last fault's proven removal.")),
    sinceUndoBeganMs: optional(milliseconds('From when the undo of that fault began.')),
    sinceInjectionMs: optional(milliseconds("From the first fault's injection.")),
    readings: count("Readings of the steady state's probes that this rests on."),
  },
  'How the steady state came back.',
);

const liveness = strict(
  {
    healed: list(text('Id of a fault.'), 'Kept faults that the phase has undone, because they cost a stream its quorum.'),
    inForce: list(
      text('Id of a fault, or remove-node for nodes that actions have taken out.'),
      'What stayed in force while service was demanded.',
    ),
    targets: list(
      strict(
        {
          kind: oneOf(['stream', 'workload'], 'A stream must have a leader, a workload must move on.'),
          name: text('The stream, or the workload.'),
          state: oneOf(
            ['available', 'stuck', 'rightly-unavailable'],
            'stuck: its stream has a quorum, and there was no service in time. rightly-unavailable: what is in force leaves no quorum, so nothing was demanded.',
          ),
          afterMs: optional(milliseconds('How long it took.')),
          statement: text('What was observed last, or why there is no quorum.'),
        },
        'One of them.',
      ),
      'Every declared stream, then every workload.',
    ),
  },
  'What was available while faults were in force.',
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
          t: time('When it began, or was given up.'),
          endedAt: optional(time('When it was over.')),
          waitedMs: optional(
            milliseconds('How much later it began than it was to, as another action was going on there.'),
          ),
          kind: text('Kind of the action.'),
          title: text('The action in words.'),
          ok: flag('Whether it succeeded.'),
          error: optional(text('Why not.')),
          mayFail: optional(Type.Literal(true, { description: 'That it failed says nothing about the run.' })),
          evidence: optional(text('What was observed from outside and proves its effect.')),
        },
        'One action.',
      ),
      'Its actions.',
    ),
    expectations: list(expectation, 'Its expectations.'),
    heldAtOnce: optional(Type.Literal(true, { description: 'Its `until` conditions held at their first reading.' })),
    liveness: optional(liveness),
    recovery: optional(recovery),
    recoveryMs: optional(milliseconds('The `ms` of `recovery`; older versions of the program wrote nothing else.')),
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
      'The most important, in the order of time; at most 300.',
    ),
    leftOut: count('How many more there were.'),
  },
  "What the servers' logs recorded while the environment was up.",
);

const crash = strict(
  {
    t: time('When it ended.'),
    node: text('The server: `cluster/node`.'),
    kind: oneOf(
      CRASH_KINDS,
      'panic, fatal-error, data-race: by what the Go runtime printed. out-of-memory: the kernel killed it, or it could get no more. signal: sent from outside of the run. fatal-log: the server itself gave up. exit: without any message. restart: only observed as a new process.',
    ),
    text: text('How it ended, in words.'),
    code: optional(Type.Integer({ description: 'Its exit code, where one is known.' })),
    signal: optional(text('The signal that ended it.')),
    phase: optional(text('The phase that it happened in; left out before and after the method.')),
    faults: texts('Ids of the faults that were in force, those on this node first.'),
    accepted: optional(text('Why it is no failure.')),
    lastLines: texts('What it printed last.'),
  },
  'One server that ended without the run having ended it.',
);

const assertion = strict(
  {
    t: time('When it was read, at most about a second after it was reached.'),
    node: text('The server: `cluster/node`.'),
    message: text('What the authors of the server call it.'),
    kind: text('`Unreachable`, `AlwaysOrUnreachable` …'),
    violated: flag('It did not hold; of `Unreachable`: it was reached.'),
    where: text('File, line and function in the source of the server.'),
    details: anyJson('What the server says of it.'),
    faults: texts('Ids of the faults that were in force, those on this node first.'),
    accepted: optional(text('Why a violation is no failure.')),
  },
  "One of the server's own assertions, once for each process and outcome.",
);

/** What was done, and when. */
export const methodFields = {
  phases: list(phase, 'The method, phase by phase.'),
  faults: list(fault, 'Every fault.'),
  guard: strict(
    {
      checks: count('How often the guard checked.'),
      bypasses: list(
        strict({ t: time('When.'), text: text('What was found.') }, 'One connection.'),
        'Connections that bypassed the links under control.',
      ),
    },
    'The guard against connections that bypass the links under control.',
  ),
  sampling: optional(
    strict(
      {
        rounds: count('How many rounds of readings there were.'),
        lateP50Ms: milliseconds('How late the middle one began.'),
        lateP99Ms: milliseconds('Of a hundred rounds, how late the second latest began.'),
        lateMaxMs: milliseconds('How late the latest began.'),
      },
      'How late the rounds began in which the probes were read; left out where there are none.',
    ),
  ),
  drain: optional(
    strict(
      {
        ok: flag('Whether every workload finished.'),
        ms: milliseconds('How long it took.'),
        note: text('In words.'),
        undrained: optional(
          list(
            strict(
              {
                consumer: text('`cluster/stream/consumer`.'),
                outcome: oneOf(
                  DRAIN_OUTCOMES,
                  'drained: it got everything. stalled: it had a leader and time, and got no further. gone: the cluster knows no such consumer. no-leader: its stream, or what that one mirrors, had no leader. no-answer: nobody reported its progress. no-time: it was still making progress, or waiting for its ackWait. offline: its workload had no connection. paused: its workload was paused. ended: its workload had done its own count.',
                ),
                text: text('What was left, and why the consumer did not get it.'),
              },
              'One consumer.',
            ),
            'Consumers that did not get everything.',
          ),
        ),
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
    'The timeline of the run.',
  ),
  serverEvents: optional(serverEvents),
  crashes: optional(list(crash, 'Servers that ended by themselves; left out where this could not be observed.')),
  advisories: optional(
    list(
      strict(
        {
          t: time('When the first was heard.'),
          kind: text('`stream leader elected`, `stream quorum lost`, `consumer max deliveries` …'),
          of: text('`cluster/stream` or `cluster/stream/consumer`.'),
          count: count('How many were heard.'),
        },
        'Advisories of one kind about one thing.',
      ),
      'Advisories that servers published, as far as they were heard: those of servers that are cut off are missing. Left out where nobody listened.',
    ),
  ),
  assertions: optional(
    list(assertion, 'Assertions that servers reached; left out where they have none compiled in.'),
  ),
  harness: optional(
    strict(
      {
        t: time('When it was noticed.'),
        since: time('From when on nothing counts any more.'),
        part: oneOf(['proxy', 'engine'], 'proxy: Toxiproxy. engine: of the containers.'),
        text: text('In words.'),
      },
      'A failure of the harness itself that ended the run: it says nothing about NATS.',
    ),
  ),
};

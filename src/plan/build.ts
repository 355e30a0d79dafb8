import { touchedBy } from './touched-by.ts';
import { actions } from '../actions/index.ts';
import { checkers } from '../checkers/index.ts';
import { mostReplicas } from '../experiment/resolve/services.ts';
import { controlsEveryLink } from '../experiment/resolve/declared-links.ts';
import { conflictPolicyOf } from '../experiment/resolve/conflict-policy.ts';
import type { Item } from '../experiment/schema/common.ts';
import type { Experiment } from '../experiment/schema/experiment.ts';
import type { Threshold } from '../experiment/schema/experiment/thresholds.ts';
import { isChoose, type Choose, type SingleFault } from '../experiment/schema/experiment/fault-items.ts';
import type { LoadedExperiment, LoadedFile } from '../experiment/load.ts';
import { InvalidFileError, type Problem } from '../experiment/source/problem.ts';
import { faults } from '../faults/index.ts';
import { workloads } from '../workloads/index.ts';
import type { Capability } from '../drivers/driver.ts';
import type { EnvironmentSpec } from '../drivers/spec.ts';
import { nameOfUser } from './account-terms.ts';
import { controlledLinks } from './controlled-links.ts';
import { defined } from './defined.ts';
import type { DriverOffer } from './driver-offer.ts';
import { environmentSpec } from './environment-spec.ts';
import { ProbeCollection } from './expectations.ts';
import type {
  ActionPlan,
  ChoicePlan,
  Document,
  FaultPlan,
  PhasePlan,
  Plan,
  ThresholdPlan,
  WorkloadPlan,
} from './plan.ts';
import { refusals } from './refusals.ts';
import { streamOf } from '../support/stream-of.ts';

/** An experiment that is valid, but needs something that this machine or the driver lacks. */
export class LackingError extends InvalidFileError {
  constructor(problems: readonly Problem[], options: { hint?: string } = {}) {
    super(problems, 'unavailable', options);
    this.name = 'LackingError';
  }
}

/**
 * Everything that a run will do, as plain data.
 *
 * @param options `allLinks`: why every link is to be under control, in a few words; left out: only those that need to be
 * @throws InvalidFileError (`unavailable`) with everything that the driver cannot do; a LackingError when another
 *   machine or another driver could do all of it
 */
export function buildPlan(
  loaded: LoadedExperiment,
  offer: DriverOffer,
  { allLinks }: { allLinks?: string } = {},
): Plan {
  const refused = refusals(loaded, offer);
  if (refused.length > 0) {
    throw refused.every(({ lacking }) => lacking)
      ? new LackingError(refused)
      : new InvalidFileError(refused, 'unavailable');
  }
  const experiment = loaded.experiment.value;
  const declared = {
    ...withRoom(environmentSpec(loaded.environment), experiment),
    ...specialNeeds(experiment),
  };
  const probes = new ProbeCollection(nodesOf(declared));
  const faultIds = new FaultNumbers();
  const steadyState = experiment.steadyState.flatMap((item) => probes.expectations(item));
  const stopWhen = experiment.stopWhen.flatMap((item) => probes.expectations(item));
  const phases = experiment.method.map((phase) => phasePlan(phase, probes, faultIds, declared));
  for (const item of experiment.probes) probes.observe(item);
  for (const item of experiment.checks)
    for (const probe of known(checkers, item.kind).probes?.(item) ?? []) probes.observe(probe);
  const all = controlsEveryLink(loaded.environment.value) ? '`links: all` in the environment' : allLinks;
  const links = isStarted(declared)
    ? controlledLinks({ spec: declared, driver: offer.driver, phases, ...defined({ all }) })
    : undefined;
  const spec = { ...declared, ...defined({ proxied: links?.proxied.map(({ link }) => link) }) };
  return {
    experiment: { ...documentOf(loaded.experiment), title: experiment.title, tags: experiment.tags },
    environment: { ...documentOf(loaded.environment), title: loaded.environment.value.title },
    spec,
    driver: offer.driver,
    ...defined({ links }),
    expect: experiment.expect,
    workloads: Object.entries(experiment.workloads).map(([name, item]) => workloadPlan(name, item, spec)),
    probes: probes.plans,
    steadyState,
    stopWhen,
    phases,
    checks: experiment.checks.map((item) => ({ kind: item.kind, options: item })),
    thresholds: experiment.thresholds.map(thresholdPlan),
    sampleEveryMs: experiment.sampleEvery,
    drainWithinMs: experiment.drain.within,
    ...defined({ maxNodesDown: experiment.maxNodesDown }),
  };
}

/** Services have places for as many replicas as the method scales them to. */
function withRoom(spec: EnvironmentSpec, { method }: Experiment): EnvironmentSpec {
  if (spec.services === undefined) return spec;
  const most = mostReplicas(method);
  return {
    ...spec,
    services: spec.services.map((service) => {
      const wanted = most.get(service.name) ?? 0;
      return wanted > service.replicas ? { ...service, most: wanted } : service;
    }),
  };
}

/** Whether the run starts the servers itself, and so decides how they are linked. */
function isStarted({ attach, compose }: EnvironmentSpec): boolean {
  return attach === undefined && compose === undefined;
}

/** Capabilities that need a filesystem for the store of each node. */
const ON_OWN_FILESYSTEM: readonly Capability[] = ['power', 'disk-space', 'disk-speed'];

/** What some steps need from the start of the servers; it takes root or the like, so only those steps ask for it. */
function specialNeeds({ method }: Experiment): Pick<EnvironmentSpec, 'stores' | 'limits' | 'packets'> {
  const steps = method.flatMap((phase) => [
    ...phase.faults
      .flatMap((item) => (isChoose(item) ? item.of : [item]))
      .map(({ kind }) => known(faults, kind)),
    ...phase.actions.map(({ kind }) => known(actions, kind)),
  ]);
  const needed = new Set(steps.flatMap(({ requires }) => requires));
  const limits = (['cpu', 'memory'] as const).filter((capability) => needed.has(capability));
  return {
    ...(ON_OWN_FILESYSTEM.some((capability) => needed.has(capability)) ? { stores: 'own-filesystem' } : {}),
    ...(limits.length > 0 ? { limits } : {}),
    ...(needed.has('packets') ? { packets: true } : {}),
  };
}

/** The nodes of a cluster as `cluster/node`; a node stands for itself. */
function nodesOf({ clusters }: EnvironmentSpec): (endpoint: string) => string[] {
  return (endpoint) => {
    const cluster = clusters.find(({ name }) => name === endpoint);
    return cluster?.nodes.map((node) => `${endpoint}/${node}`) ?? [endpoint];
  };
}

function documentOf(file: LoadedFile<{ name: string }>): Document {
  return { name: file.value.name, file: file.file, source: file.source };
}

function workloadPlan(name: string, item: Item, spec: EnvironmentSpec): WorkloadPlan {
  const target = known(workloads, item.kind).target(item, name);
  const owner = [...spec.consumers, ...spec.streams].find(
    (one) => one.address === target || one.address === streamOf(target),
  );
  const { account = accountOfUser(item, spec) ?? firstAccount(spec) } = item as { account?: string };
  const user = userOf(item);
  return {
    name,
    kind: item.kind,
    target,
    account: owner?.account ?? account,
    ...defined({ user }),
    options: item,
  };
}

/** The name of the user that a workload is to connect as, if it says so. */
function userOf({ user }: Item): string | undefined {
  return typeof user === 'string' ? nameOfUser(user) : undefined;
}

function accountOfUser(item: Item, { accounts }: EnvironmentSpec): string | undefined {
  const name = userOf(item);
  return accounts.find(({ users }) => users.some((user) => user.name === name))?.name;
}

/** As of streams that name no account. */
function firstAccount({ accounts }: EnvironmentSpec): string {
  return accounts.find(({ jetstream }) => jetstream)?.name ?? '';
}

function phasePlan(
  phase: Experiment['method'][number],
  probes: ProbeCollection,
  faultIds: FaultNumbers,
  spec: EnvironmentSpec,
): PhasePlan {
  const until =
    typeof phase.until === 'object' ? phase.until.flatMap((item) => probes.expectations(item)) : phase.until;
  return {
    name: phase.phase,
    faults: phase.faults.map((item) =>
      isChoose(item) ? choicePlan(item, faultIds) : faultPlan(item, faultIds),
    ),
    actions: phase.actions.map((item) => actionPlan(item, spec)),
    expectations: phase.expect.flatMap((item) => probes.expectations(item)),
    ...defined({
      forMs: phase.for,
      graceMs: phase.grace,
      until,
      withinMs: phase.within,
      allowCrash: phase.allowCrash,
    }),
  };
}

function actionPlan({ after, mayFail, ...item }: Item, spec: EnvironmentSpec): ActionPlan {
  const action = known(actions, item.kind);
  return {
    kind: item.kind,
    title: action.title(item),
    ...defined({ touches: touchedBy(action.schema, item, spec) }),
    ...(typeof after === 'number' ? { afterMs: after } : {}),
    ...(mayFail === true ? { mayFail } : {}),
    options: item,
  };
}

function choicePlan(item: Choose, faultIds: FaultNumbers): ChoicePlan {
  return {
    id: faultIds.next(item.kind),
    kind: item.kind,
    count: item.count,
    of: item.of.map((one) => faultPlan(one, faultIds)),
  };
}

function faultPlan(item: SingleFault, faultIds: FaultNumbers): FaultPlan {
  return {
    id: faultIds.next(item.kind),
    kind: item.kind,
    title: known(faults, item.kind).title(item),
    keep: item.keep,
    onConflict: conflictPolicyOf(item),
    ...(item.maySkip === true ? { maySkip: true } : {}),
    ...defined({ afterMs: item.after, forMs: item.for, everyMs: item.every }),
    options: item,
  };
}

function thresholdPlan(threshold: Threshold): ThresholdPlan {
  return { ...limitPlan(threshold), ...defined({ tolerance: threshold.tolerance }) };
}

function limitPlan(threshold: Threshold): ThresholdPlan {
  switch (threshold.metric) {
    case 'recovery-time':
      return {
        metric: threshold.metric,
        phase: threshold.phase,
        maxMs: threshold.max,
        ...defined({ allowNeverLost: threshold.allowNeverLost }),
      };
    case 'unavailability':
      return {
        metric: threshold.metric,
        workload: threshold.workload,
        maxMs: threshold.max,
        ...defined({ phase: threshold.phase }),
      };
    case 'publish-latency':
    case 'latency':
      return {
        metric: threshold.metric,
        workload: threshold.workload,
        phase: threshold.phase,
        ...defined({
          p50Ms: threshold.p50,
          p90Ms: threshold.p90,
          p95Ms: threshold.p95,
          p99Ms: threshold.p99,
          p999Ms: threshold.p999,
          maxMs: threshold.max,
        }),
      };
    case 'publish-errors':
    case 'errors':
      return {
        metric: threshold.metric,
        workload: threshold.workload,
        phase: threshold.phase,
        max: threshold.max,
      };
  }
}

/** Numbers the faults of each kind through the whole plan: `partition#1`, `partition#2`. */
class FaultNumbers {
  readonly #used = new Map<string, number>();

  next(kind: string): string {
    const number = (this.#used.get(kind) ?? 0) + 1;
    this.#used.set(kind, number);
    return `${kind}#${number}`;
  }
}

/** The schema accepts only kinds that exist. */
function known<T extends { kind: string }>(registry: readonly T[], kind: string): T {
  const found = registry.find((one) => one.kind === kind);
  if (!found) throw new RangeError(`there is no ${kind}`);
  return found;
}

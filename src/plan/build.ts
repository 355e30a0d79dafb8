import { actions } from '../actions/index.ts';
import type { Item } from '../experiment/common-schema.ts';
import type { Experiment, Threshold } from '../experiment/experiment-schema.ts';
import { isChoose, type Choose, type SingleFault } from '../experiment/fault-items.ts';
import type { LoadedExperiment, LoadedFile } from '../experiment/load.ts';
import { InvalidFileError } from '../experiment/problem.ts';
import { faults } from '../faults/index.ts';
import { workloads } from '../workloads/index.ts';
import type { Capability } from '../drivers/driver.ts';
import type { EnvironmentSpec } from '../drivers/spec.ts';
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

/**
 * Everything that a run will do, as plain data.
 *
 * @throws InvalidFileError (`unavailable`) with everything that the driver cannot do
 */
export function buildPlan(loaded: LoadedExperiment, offer: DriverOffer): Plan {
  const refused = refusals(loaded, offer);
  if (refused.length > 0) throw new InvalidFileError(refused, 'unavailable');
  const experiment = loaded.experiment.value;
  const spec = { ...environmentSpec(loaded.environment), ...specialNeeds(experiment) };
  const probes = new ProbeCollection();
  const faultIds = new FaultNumbers();
  const steadyState = experiment.steadyState.map((item) => probes.expectation(item));
  const stopWhen = experiment.stopWhen.map((item) => probes.expectation(item));
  const phases = experiment.method.map((phase) => phasePlan(phase, probes, faultIds));
  for (const item of experiment.probes) probes.observe(item);
  return {
    experiment: { ...documentOf(loaded.experiment), title: experiment.title, tags: experiment.tags },
    environment: { ...documentOf(loaded.environment), title: loaded.environment.value.title },
    spec,
    driver: offer.driver,
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

/** Powers over a filesystem that holds nothing but one node's store. */
const OVER_FILESYSTEMS: readonly Capability[] = ['power', 'disk-space', 'disk-speed'];

/** What has to be there from the beginning for some of the steps, and takes root or the like: only where they are. */
function specialNeeds({ method }: Experiment): Pick<EnvironmentSpec, 'stores' | 'limits' | 'packets'> {
  const steps = method.flatMap((phase) => [
    ...phase.faults
      .flatMap((item) => (isChoose(item) ? item.of : [item]))
      .map(({ kind }) => known(faults, kind)),
    ...phase.actions.map(({ kind }) => known(actions, kind)),
  ]);
  const needed = new Set(steps.flatMap(({ requires }) => requires));
  const limits = (['cpu', 'memory'] as const).filter((power) => needed.has(power));
  return {
    ...(OVER_FILESYSTEMS.some((power) => needed.has(power)) ? { stores: 'own-filesystem' } : {}),
    ...(limits.length > 0 ? { limits } : {}),
    ...(needed.has('packets') ? { packets: true } : {}),
  };
}

function documentOf(file: LoadedFile<{ name: string }>): Document {
  return { name: file.value.name, file: file.file, source: file.source };
}

function workloadPlan(name: string, item: Item, spec: EnvironmentSpec): WorkloadPlan {
  const target = known(workloads, item.kind).target(item);
  const owner = [...spec.consumers, ...spec.streams].find((one) => one.address === target);
  return { name, kind: item.kind, target, account: owner?.account ?? '', options: item };
}

function phasePlan(
  phase: Experiment['method'][number],
  probes: ProbeCollection,
  faultIds: FaultNumbers,
): PhasePlan {
  const until =
    typeof phase.until === 'object' ? phase.until.map((item) => probes.expectation(item)) : phase.until;
  return {
    name: phase.phase,
    faults: phase.faults.map((item) =>
      isChoose(item) ? choicePlan(item, faultIds) : faultPlan(item, faultIds),
    ),
    actions: phase.actions.map((item): ActionPlan => {
      return { kind: item.kind, title: known(actions, item.kind).title(item), options: item };
    }),
    expectations: phase.expect.map((item) => probes.expectation(item)),
    ...defined({ forMs: phase.for, until, withinMs: phase.within }),
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
      return { metric: threshold.metric, phase: threshold.phase, maxMs: threshold.max };
    case 'publish-latency':
      return {
        metric: threshold.metric,
        workload: threshold.workload,
        phase: threshold.phase,
        ...defined({
          p50Ms: threshold.p50,
          p90Ms: threshold.p90,
          p99Ms: threshold.p99,
          p999Ms: threshold.p999,
          maxMs: threshold.max,
        }),
      };
    case 'publish-errors':
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

/** The schema has made sure that the kind is there. */
function known<T extends { kind: string }>(registry: readonly T[], kind: string): T {
  const found = registry.find((one) => one.kind === kind);
  if (!found) throw new RangeError(`there is no ${kind}`);
  return found;
}

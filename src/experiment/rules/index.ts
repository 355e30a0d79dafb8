import { distinctUsers } from './accounts/distinct-users.ts';
import { importSubjects } from './accounts/import-subjects.ts';
import { accountImports } from './accounts/imports.ts';
import { generatedKeys } from './accounts/generated-keys.ts';
import { userIdentity } from './accounts/identity.ts';
import { jetstreamAccount } from './accounts/jetstream.ts';
import { accountLatencies } from './accounts/latencies.ts';
import { accountLimits } from './accounts/limits.ts';
import { accountMappings } from './accounts/mappings.ts';
import { accountPasswords } from './accounts/passwords.ts';
import { systemAccount } from './accounts/system.ts';
import { accountUsers } from './accounts/users.ts';
import { checkEvidence } from './checks/evidence.ts';
import { clusterJetstream } from './clusters/jetstream.ts';
import { links } from './clusters/links.ts';
import { nodeNames } from './clusters/node-names.ts';
import { ports } from './clusters/ports.ts';
import { alwaysTrue } from './conditions/always-true.ts';
import { contradictions } from './conditions/contradictions.ts';
import { gatewayProbes } from './conditions/gateway-probes.ts';
import { mirrorProbes } from './conditions/mirror-probes.ts';
import { probeOptions } from './conditions/probe-options.ts';
import { serverListProbes } from './conditions/server-list.ts';
import { conditionTimes } from './conditions/times.ts';
import { containerAddresses } from './containers/addresses.ts';
import { compose } from './containers/compose.ts';
import { distinctContainers } from './containers/distinct.ts';
import { containerNodes } from './containers/nodes.ts';
import { engineCertificates } from './engines/certificates.ts';
import { enginePlace } from './engines/place.ts';
import { reachableEngines } from './engines/reachable.ts';
import { sameEngineDescription } from './engines/same-description.ts';
import { blastRadius } from './faults/blast-radius.ts';
import { faultChoice } from './faults/choice.ts';
import { faultEnds } from './faults/ends.ts';
import { filledAccount } from './faults/fill-account.ts';
import { withinPhase } from './faults/within-phase.ts';
import { gatewayDomains } from './gateways/domains.ts';
import { leafnodeLoops } from './gateways/leafnode-loops.ts';
import { gatewayMesh } from './gateways/mesh.ts';
import { gatewayStreamNames } from './gateways/stream-names.ts';
import { bridgeNode } from './link-faults/bridge.ts';
import { linkFaultClusterSize } from './link-faults/cluster-size.ts';
import { linkDirection } from './link-faults/direction.ts';
import { isolateCuts } from './link-faults/isolate.ts';
import { linkSides } from './link-faults/sides.ts';
import { throughTls } from './link-faults/through-tls.ts';
import { variation } from './link-faults/variation.ts';
import { actionReplicas } from './method/action-replicas.ts';
import { actionTimes } from './method/action-times.ts';
import { actionVersions } from './method/action-versions.ts';
import { methodOrExplore } from './method/explore.ts';
import { phaseNames } from './method/phase-names.ts';
import { storageCopies } from './method/storage-copies.ts';
import { mirrorAccount } from './mirrors/account.ts';
import { mirrorApi } from './mirrors/api.ts';
import { mirrorItself } from './mirrors/itself.ts';
import { mirrorPath } from './mirrors/path.ts';
import { addresses } from './servers/addresses.ts';
import { attachedAccounts } from './servers/attached-accounts.ts';
import { attachedSettings } from './servers/attached-settings.ts';
import { controlledLinks } from './servers/controlled-links.ts';
import { distinctAddresses } from './servers/distinct-addresses.ts';
import { hosts } from './servers/hosts.ts';
import { started } from './servers/started.ts';
import { serviceDependencies } from './services/dependencies.ts';
import { serviceHealth } from './services/health.ts';
import { serviceLinkFaults } from './services/link-faults.ts';
import { serviceLinks } from './services/links.ts';
import { serviceNames } from './services/names.ts';
import { servicePlaceholders } from './services/placeholders.ts';
import { serviceProgram } from './services/program.ts';
import { serviceProtocols } from './services/protocols.ts';
import { serviceRoles } from './services/roles.ts';
import { servicesStarted } from './services/started.ts';
import { serviceUpdates } from './services/updates.ts';
import { consumerSettings } from './settings/consumer.ts';
import { consumersOfStream } from './settings/consumers-of-stream.ts';
import { streamSettings } from './settings/stream.ts';
import { settingVersions } from './settings/versions.ts';
import { buckets } from './streams/buckets.ts';
import { streamCluster } from './streams/cluster.ts';
import { consumerAccount } from './streams/consumer-account.ts';
import { consumerStream } from './streams/consumer-stream.ts';
import { streamContent } from './streams/content.ts';
import { overlappingSubjects } from './streams/overlapping-subjects.ts';
import { replicas } from './streams/replicas.ts';
import { certificatesNeedTls } from './tls/certificates.ts';
import { clientFiles } from './tls/client-files.ts';
import { tlsListeners } from './tls/listeners.ts';
import { comparedStreams } from './verdicts/compared-streams.ts';
import { expectVersions } from './verdicts/expect-versions.ts';
import { recoveryPhase } from './verdicts/recovery-phase.ts';
import { consumeFields } from './workloads/consume-fields.ts';
import { assetsWorkload } from './workloads/assets.ts';
import { coreWorkloads } from './workloads/core.ts';
import { consumerWays } from './workloads/consumer-ways.ts';
import { workloadKinds } from './workloads/kinds.ts';
import { permissionsWorkload } from './workloads/permissions.ts';
import { listeners } from './workloads/listeners.ts';
import { outsideWorkloads } from './workloads/outside.ts';
import { publishFields } from './workloads/publish-fields.ts';
import { serverNeeds } from './workloads/server-needs.ts';
import { publishedSubjects } from './workloads/subjects.ts';
import { workloadUser } from './workloads/user.ts';
import { through } from './workloads/through.ts';
import type { EnvironmentRule, ExperimentRule } from './rule.ts';

/** What the schema of an environment cannot express; of two problems at one place, the earlier rule comes first. */
export const ENVIRONMENT_RULES: readonly EnvironmentRule[] = [
  started,
  attachedSettings,
  controlledLinks,
  attachedAccounts,
  addresses,
  distinctAddresses,
  hosts,
  containerAddresses,
  containerNodes,
  distinctContainers,
  compose,
  systemAccount,
  accountLimits,
  accountUsers,
  userIdentity,
  generatedKeys,
  accountPasswords,
  jetstreamAccount,
  distinctUsers,
  accountImports,
  accountLatencies,
  importSubjects,
  accountMappings,
  nodeNames,
  ports,
  links,
  tlsListeners,
  clientFiles,
  clusterJetstream,
  gatewayMesh,
  gatewayDomains,
  gatewayStreamNames,
  leafnodeLoops,
  enginePlace,
  engineCertificates,
  sameEngineDescription,
  reachableEngines,
  streamCluster,
  buckets,
  replicas,
  streamContent,
  overlappingSubjects,
  mirrorApi,
  mirrorItself,
  mirrorAccount,
  mirrorPath,
  consumerStream,
  consumerAccount,
  settingVersions,
  streamSettings,
  consumerSettings,
  consumersOfStream,
  servicesStarted,
  serviceNames,
  serviceProgram,
  serviceDependencies,
  serviceLinks,
  serviceHealth,
  serviceProtocols,
  servicePlaceholders,
  serviceRoles,
];

/** What the schema of an experiment cannot express. */
export const EXPERIMENT_RULES: readonly ExperimentRule[] = [
  publishedSubjects,
  consumeFields,
  consumerWays,
  publishFields,
  outsideWorkloads,
  serverNeeds,
  assetsWorkload,
  coreWorkloads,
  workloadUser,
  permissionsWorkload,
  through,
  listeners,
  methodOrExplore,
  phaseNames,
  alwaysTrue,
  contradictions,
  mirrorProbes,
  gatewayProbes,
  serverListProbes,
  probeOptions,
  conditionTimes,
  linkSides,
  linkDirection,
  isolateCuts,
  bridgeNode,
  linkFaultClusterSize,
  variation,
  throughTls,
  serviceLinkFaults,
  serviceUpdates,
  faultEnds,
  withinPhase,
  faultChoice,
  blastRadius,
  storageCopies,
  actionVersions,
  actionReplicas,
  actionTimes,
  filledAccount,
  certificatesNeedTls,
  expectVersions,
  comparedStreams,
  workloadKinds,
  checkEvidence,
  recoveryPhase,
];

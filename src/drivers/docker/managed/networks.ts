import type Docker from 'dockerode';
import { ChaosError } from '../../../support/errors.ts';
import { engineCall, reasonOf, tolerating } from '../engine/calls.ts';
import { LABEL, namePrefix } from '../engine/labels.ts';
import type { NetworkPlan } from './layout.ts';
import { carve, formatBlock, parseBlock, type Block } from './subnets.ts';

/** Another run can take the addresses after we learn of them and before we use them. */
const ATTEMPTS = 6;

/** A network that an engine has made. */
export interface Network {
  id: string;
  block: Block;
}

/**
 * Makes the networks of a run on one engine, each with explicit addresses, so that a container can get the same address
 * again after it was disconnected.
 *
 * @returns each network by its name
 * @throws ChaosError `unavailable` when the engine has no addresses left
 */
export async function makeNetworks(
  docker: Docker,
  plans: readonly NetworkPlan[],
  runId: string,
): Promise<Map<string, Network>> {
  for (let attempt = 1; ; attempt += 1) {
    const blocks = await freeBlocks(docker, plans, runId);
    const made = await Promise.allSettled(
      [...blocks].map(
        async ([plan, block]) =>
          [plan.name, { id: await makeNetwork(docker, plan, block, runId), block }] as const,
      ),
    );
    const failure = made.find((one) => one.status === 'rejected');
    if (failure === undefined)
      return new Map(made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    await Promise.all(plans.map(({ name }) => tolerating([404], docker.getNetwork(name).remove())));
    if (!/overlap/i.test(reasonOf(failure.reason)) || attempt === ATTEMPTS) {
      throw new ChaosError('failed', `making the networks: ${reasonOf(failure.reason)}`, {
        cause: failure.reason,
      });
    }
  }
}

/** Only the engine knows which addresses are free: it chooses some for a probe network that is removed at once. */
async function freeBlocks(
  docker: Docker,
  plans: readonly NetworkPlan[],
  runId: string,
): Promise<Map<NetworkPlan, Block>> {
  const name = `${namePrefix(runId)}-probe`;
  const network = await docker
    .createNetwork({ Name: name, Driver: 'bridge', Internal: true, Labels: { [LABEL.run]: runId } })
    .catch((error: unknown) => {
      throw new ChaosError('unavailable', `making a network: ${reasonOf(error)}`, {
        cause: error,
        ...(/pool/i.test(reasonOf(error))
          ? {
              hint: 'the engine has no addresses left; docker network prune removes networks that nobody uses',
            }
          : {}),
      });
    });
  const { IPAM } = (await network.inspect()) as { IPAM?: { Config?: { Subnet?: string }[] } };
  await engineCall('removing a network', network.remove());
  const subnet = IPAM?.Config?.map((config) => config.Subnet ?? '').find((text) => text.includes('.'));
  const blocks =
    subnet === undefined
      ? null
      : carve(parseBlock(subnet), plans.length, Math.max(...plans.map(({ size }) => size)));
  if (blocks === null) {
    throw new ChaosError(
      'unavailable',
      `the engine's networks have ${subnet ?? 'no IPv4 addresses'}: too few for ${plans.length} networks`,
      { hint: 'give the engine larger default-address-pools' },
    );
  }
  return new Map(blocks.flatMap((block, i) => (plans[i] ? [[plans[i], block]] : [])));
}

/** @returns its id */
async function makeNetwork(docker: Docker, plan: NetworkPlan, block: Block, runId: string): Promise<string> {
  const access = plan.role === 'access';
  const { id } = await docker.createNetwork({
    Name: plan.name,
    CheckDuplicate: true,
    Driver: 'bridge',
    Internal: !access,
    IPAM: { Driver: 'default', Config: [{ Subnet: formatBlock(block) }] },
    // On the network of the published ports containers cannot reach each other, because that would bypass the proxies.
    Options: access ? { 'com.docker.network.bridge.enable_icc': 'false' } : {},
    Labels: { [LABEL.run]: runId, [LABEL.role]: plan.role },
  });
  return id;
}

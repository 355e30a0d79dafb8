import type {
  Certificates,
  Configuration,
  Disk,
  Filesystems,
  LinkControl,
  Packets,
  Pausing,
  Processes,
  Pressure,
  Resources,
  Versions,
} from '../drivers/driver.ts';
import type { SystemContext } from './fault.ts';

export function linkControl(ctx: SystemContext): LinkControl {
  return required(ctx, ctx.driver.linkControl, 'links');
}

export function packets(ctx: SystemContext): Packets {
  return required(ctx, ctx.driver.packets, 'packets');
}

export function processes(ctx: SystemContext): Processes {
  return required(ctx, ctx.driver.processes, 'processes');
}

/** To freeze nodes: a driver that controls processes can do it too. */
export function pausing(ctx: SystemContext): Pausing {
  return required(ctx, ctx.driver.pausing ?? ctx.driver.processes, 'pausing');
}

export function disk(ctx: SystemContext): Disk {
  return required(ctx, ctx.driver.disk, 'disk');
}

/** Over filesystems that hold one store each. */
export function filesystems(ctx: SystemContext): Filesystems {
  return required(ctx, ctx.driver.filesystems, 'filesystems');
}

/** Over what processes may use. */
export function resources(ctx: SystemContext): Resources {
  return required(ctx, ctx.driver.resources, 'resources');
}

/** Over what the whole machine has. */
export function pressure(ctx: SystemContext): Pressure {
  return required(ctx, ctx.driver.pressure, 'pressure');
}

export function versions(ctx: SystemContext): Versions {
  return required(ctx, ctx.driver.versionControl, 'versions');
}

export function configuration(ctx: SystemContext): Configuration {
  return required(ctx, ctx.driver.configuration, 'configuration');
}

/** Only in an environment whose clients use TLS; the rules of experiments demand that. */
export function certificates(ctx: SystemContext): Certificates {
  return required(ctx, ctx.driver.certificates, 'certificates');
}

/** A capability of the driver; the plan has checked that the driver has all that are needed. */
function required<T>({ driver }: SystemContext, capability: T | undefined, name: string): T {
  if (capability === undefined)
    throw new TypeError(`the ${driver.kind} driver lacks the capability: ${name}`);
  return capability;
}

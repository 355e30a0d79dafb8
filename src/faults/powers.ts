import type {
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
  return demanded(ctx, ctx.driver.linkControl, 'over links');
}

export function packets(ctx: SystemContext): Packets {
  return demanded(ctx, ctx.driver.packets, 'over packets');
}

export function processes(ctx: SystemContext): Processes {
  return demanded(ctx, ctx.driver.processes, 'over processes');
}

/** The power to freeze nodes, which is a part of power over processes. */
export function pausing(ctx: SystemContext): Pausing {
  return demanded(ctx, ctx.driver.pausing ?? ctx.driver.processes, 'over pausing');
}

export function disk(ctx: SystemContext): Disk {
  return demanded(ctx, ctx.driver.disk, 'over disks');
}

/** The power over filesystems of one store each. */
export function filesystems(ctx: SystemContext): Filesystems {
  return demanded(ctx, ctx.driver.filesystems, 'over filesystems');
}

/** The power over what processes may use. */
export function resources(ctx: SystemContext): Resources {
  return demanded(ctx, ctx.driver.resources, 'over resources');
}

/** The power over what the whole machine has. */
export function pressure(ctx: SystemContext): Pressure {
  return demanded(ctx, ctx.driver.pressure, 'of pressure');
}

export function versions(ctx: SystemContext): Versions {
  return demanded(ctx, ctx.driver.versionControl, 'over versions');
}

export function configuration(ctx: SystemContext): Configuration {
  return demanded(ctx, ctx.driver.configuration, 'over configurations');
}

/** A power of the driver; the plan has made sure that it has all that are needed. */
function demanded<T>({ driver }: SystemContext, power: T | undefined, of: string): T {
  if (power === undefined) throw new TypeError(`the ${driver.kind} driver has no power ${of}`);
  return power;
}

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

/** The driver's power over links; the plan has made sure that it has one. */
export function linkControl(ctx: SystemContext): LinkControl {
  if (!ctx.driver.linkControl) throw new TypeError(`the ${ctx.driver.kind} driver has no power over links`);
  return ctx.driver.linkControl;
}

/** The driver's power over packets; the plan has made sure that it has one. */
export function packets(ctx: SystemContext): Packets {
  if (!ctx.driver.packets) throw new TypeError(`the ${ctx.driver.kind} driver has no power over packets`);
  return ctx.driver.packets;
}

/** The driver's power over processes; the plan has made sure that it has one. */
export function processes(ctx: SystemContext): Processes {
  if (!ctx.driver.processes) throw new TypeError(`the ${ctx.driver.kind} driver has no power over processes`);
  return ctx.driver.processes;
}

/** The driver's power to freeze nodes, which is a part of power over processes; the plan has made sure of it. */
export function pausing(ctx: SystemContext): Pausing {
  const power = ctx.driver.pausing ?? ctx.driver.processes;
  if (!power) throw new TypeError(`the ${ctx.driver.kind} driver has no power over pausing`);
  return power;
}

/** The driver's power over the servers' disks; the plan has made sure that it has one. */
export function disk(ctx: SystemContext): Disk {
  if (!ctx.driver.disk) throw new TypeError(`the ${ctx.driver.kind} driver has no power over disks`);
  return ctx.driver.disk;
}

/** The driver's power over filesystems of one store each; the plan has made sure that it has one. */
export function filesystems(ctx: SystemContext): Filesystems {
  if (!ctx.driver.filesystems)
    throw new TypeError(`the ${ctx.driver.kind} driver has no power over filesystems`);
  return ctx.driver.filesystems;
}

/** The driver's power over what processes may use; the plan has made sure that it has one. */
export function resources(ctx: SystemContext): Resources {
  if (!ctx.driver.resources) throw new TypeError(`the ${ctx.driver.kind} driver has no power over resources`);
  return ctx.driver.resources;
}

/** The driver's power over what the whole machine has; the plan has made sure that it has one. */
export function pressure(ctx: SystemContext): Pressure {
  if (!ctx.driver.pressure) throw new TypeError(`the ${ctx.driver.kind} driver has no power of pressure`);
  return ctx.driver.pressure;
}

/** The driver's power over versions; the plan has made sure that it has one. */
export function versions(ctx: SystemContext): Versions {
  if (!ctx.driver.versionControl)
    throw new TypeError(`the ${ctx.driver.kind} driver has no power over versions`);
  return ctx.driver.versionControl;
}

/** The driver's power over configurations; the plan has made sure that it has one. */
export function configuration(ctx: SystemContext): Configuration {
  if (!ctx.driver.configuration)
    throw new TypeError(`the ${ctx.driver.kind} driver has no power over configurations`);
  return ctx.driver.configuration;
}

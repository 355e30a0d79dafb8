import type { Disk, LinkControl, Processes } from '../drivers/driver.ts';
import type { FaultContext } from './fault.ts';

/** The driver's power over links; the plan has made sure that it has one. */
export function linkControl(ctx: FaultContext): LinkControl {
  if (!ctx.driver.linkControl) throw new TypeError(`the ${ctx.driver.kind} driver has no power over links`);
  return ctx.driver.linkControl;
}

/** The driver's power over processes; the plan has made sure that it has one. */
export function processes(ctx: FaultContext): Processes {
  if (!ctx.driver.processes) throw new TypeError(`the ${ctx.driver.kind} driver has no power over processes`);
  return ctx.driver.processes;
}

/** The driver's power over the servers' disks; the plan has made sure that it has one. */
export function disk(ctx: FaultContext): Disk {
  if (!ctx.driver.disk) throw new TypeError(`the ${ctx.driver.kind} driver has no power over disks`);
  return ctx.driver.disk;
}

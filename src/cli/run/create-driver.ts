import type { Driver, DriverContext } from '../../drivers/driver.ts';

/** How a driver is made; only the requested one is loaded. */
export async function driverMaker(kind: string): Promise<(ctx: DriverContext) => Driver> {
  if (kind === 'docker') {
    const { DockerDriver } = await import('../../drivers/docker/managed/docker-driver.ts');
    return (ctx) => new DockerDriver(ctx);
  }
  if (kind === 'attached-docker' || kind === 'compose') {
    const { AttachedContainersDriver } =
      await import('../../drivers/docker/attached/attached-containers-driver.ts');
    return (ctx) => new AttachedContainersDriver(kind, ctx);
  }
  if (kind === 'attached') {
    const { AttachedDriver } = await import('../../drivers/attached/attached-driver.ts');
    return (ctx) => new AttachedDriver(ctx);
  }
  const { ProcessDriver } = await import('../../drivers/process/process-driver.ts');
  return (ctx) => new ProcessDriver(ctx);
}

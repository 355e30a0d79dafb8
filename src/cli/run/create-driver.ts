import type { Driver, DriverContext } from '../../drivers/driver.ts';

/** How a driver is made; only the one that is asked for is loaded. */
export async function driverMaker(kind: string): Promise<(ctx: DriverContext) => Driver> {
  if (kind === 'docker') {
    const { DockerDriver } = await import('../../drivers/docker/docker-driver.ts');
    return (ctx) => new DockerDriver(ctx);
  }
  if (kind === 'attached-docker' || kind === 'compose') {
    const { FoundDriver } = await import('../../drivers/docker/found/found-driver.ts');
    return (ctx) => new FoundDriver(kind, ctx);
  }
  if (kind === 'attached') {
    const { AttachedDriver } = await import('../../drivers/attached/attached-driver.ts');
    return (ctx) => new AttachedDriver(ctx);
  }
  const { ProcessDriver } = await import('../../drivers/process/process-driver.ts');
  return (ctx) => new ProcessDriver(ctx);
}

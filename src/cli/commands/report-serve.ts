import { ExitCode } from '../exit-codes.ts';
import { complain, print } from '../output.ts';
import { serveReports } from '../report/server.ts';
import { catchInterrupts } from '../run/interrupts.ts';

export interface ReportServeOptions {
  out: string;
  port: number;
}

/** `chaos report serve`: serves the list of runs on a local address until it is interrupted. @returns 0 */
export async function reportServeCommand(options: ReportServeOptions): Promise<number> {
  const interrupts = catchInterrupts(() => undefined);
  const server = await serveReports(options.out, options.port);
  print(server.url);
  complain('Ctrl-C ends it');
  await new Promise<void>((done) =>
    interrupts.signal.addEventListener('abort', () => done(), { once: true }),
  );
  await server.close();
  interrupts.release();
  return ExitCode.pass;
}

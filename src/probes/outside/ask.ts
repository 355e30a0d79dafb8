import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';

export interface Request {
  url: string;
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  timeoutMs: Milliseconds;
}

/** A whole answer of a web server, whatever its status. @throws ChaosError `failed` when none comes in time */
export async function ask(request: Request, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const { url, method = 'GET', headers = {}, body, timeoutMs } = request;
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new ChaosError('failed', `${url}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Of a connection that fails, only the cause says why. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? `${messageOf(error)} (${messageOf(cause)})` : messageOf(error);
}

const CHECK_MS = 500;

export type Checked = 'Healthy' | 'Unhealthy';

export interface Health {
  status: Checked;
  checks: { Core_Health_Check: Checked; NATS_Connection: Checked; Redis_Connection: Checked };
}

/** Healthy when every part is. */
export function reportOf(parts: { core: boolean; nats: boolean; redis: boolean }): Health {
  const word = (is: boolean): Checked => (is ? 'Healthy' : 'Unhealthy');
  return {
    status: word(parts.core && parts.nats && parts.redis),
    checks: {
      Core_Health_Check: word(parts.core),
      NATS_Connection: word(parts.nats),
      Redis_Connection: word(parts.redis),
    },
  };
}

/** Whether a question is answered in time. */
export async function answers(question: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((done) => {
    timer = setTimeout(() => done(false), CHECK_MS);
  });
  const inTime = question.then(
    () => true,
    () => false,
  );
  const answered = await Promise.race([inTime, late]);
  clearTimeout(timer);
  return answered;
}

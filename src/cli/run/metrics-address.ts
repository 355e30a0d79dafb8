import type { Plan } from '../../plan/plan.ts';

/**
 * A plan whose probes read the metrics of the run where they are: `--free-ports` may have replaced the port that the
 * experiment names. The names of probes stay as they are written.
 *
 * @param port as the experiment names it
 * @param url where they are: `http://127.0.0.1:9464/`
 */
export function readingMetricsAt(plan: Plan, port: number | undefined, url: string): Plan {
  const written = new RegExp(`^http://(127\\.0\\.0\\.1|localhost):${port ?? 0}/`);
  return {
    ...plan,
    probes: plan.probes.map((probe) => {
      const at = probe.options['url'];
      if (probe.kind !== 'http' || typeof at !== 'string' || !written.test(at)) return probe;
      return { ...probe, options: { ...probe.options, url: at.replace(written, url) } };
    }),
  };
}

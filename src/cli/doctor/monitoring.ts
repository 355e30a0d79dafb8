import { filesOnPath } from '../../drivers/binaries/index.ts';
import type { Check } from './check.ts';

interface Tool {
  command: string;
  title: string;
  what: string;
  hint: string;
}

const TOOLS: readonly Tool[] = [
  {
    command: 'prometheus',
    title: 'Prometheus',
    what: 'scrapes the metrics of a run (--metrics-port), and answers the probe prometheus',
    hint: 'install the package prometheus, or a release from prometheus.io/download; start it with monitoring/prometheus.yml',
  },
  {
    command: 'nats-surveyor',
    title: 'NATS Surveyor',
    what: 'metrics of all servers by the system account, at port 7777',
    hint: 'go install github.com/nats-io/nats-surveyor@latest, or the image natsio/nats-surveyor; it needs a user of the system account',
  },
  {
    command: 'prometheus-nats-exporter',
    title: 'NATS exporter',
    what: 'metrics by the monitoring endpoints, at port 7778',
    hint: 'go install github.com/nats-io/prometheus-nats-exporter@latest, or the image natsio/prometheus-nats-exporter; give it -port 7778 -varz -connz -jsz=all and the address of a server',
  },
  {
    command: 'jaeger-all-in-one',
    title: 'Jaeger',
    what: 'collects traces, and answers the probe trace, at port 16686',
    hint: 'a release 1.x from jaegertracing.io/download, or the image jaegertracing/all-in-one; docs/order-system.md says how Go builds it, as go install refuses to: its go.mod replaces a module',
  },
];

/** Tools that watch servers from outside. No run needs one of them: `chaos run` has metrics of its own. */
export function monitoringChecks(env: NodeJS.ProcessEnv): Promise<Check[]> {
  return Promise.all(
    TOOLS.map(async ({ command, title, what, hint }) => {
      const [path] = await filesOnPath(env, command);
      const base = { id: command, title };
      if (path !== undefined) return { ...base, status: 'ok' as const, detail: `optional; ${path}` };
      return { ...base, status: 'limited' as const, detail: `optional, and not on PATH: ${what}`, hint };
    }),
  );
}

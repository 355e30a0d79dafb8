/** Upper bounds in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];

/** What one instance counts, in the text format of Prometheus. */
export class Metrics {
  readonly #labels: string;
  readonly #counts = new Map<string, { help: string; value: number }>();
  readonly #buckets = BOUNDS.map(() => 0);
  #requests = 0;
  #seconds = 0;

  /** @param labels on every series, such as `{ service: 'order-api', replica: 'order-api-1' }` */
  constructor(labels: Readonly<Record<string, string>>) {
    this.#labels = Object.entries(labels)
      .map(([name, value]) => `${name}="${value.replaceAll(/[\\"\n]/g, '_')}"`)
      .join(',');
    this.count('requests', 'Requests, messages or events that were handled.', 0);
    this.count('requests_failed', 'Of these, those that failed.', 0);
  }

  count(name: string, help: string, by = 1): void {
    const counter = this.#counts.get(name);
    if (counter === undefined) this.#counts.set(name, { help, value: by });
    else counter.value += by;
  }

  /** Counts a request that took so long. */
  request(seconds: number, succeeded: boolean): void {
    this.count('requests', '');
    if (!succeeded) this.count('requests_failed', '');
    this.#requests++;
    this.#seconds += seconds;
    BOUNDS.forEach((bound, i) => {
      if (seconds <= bound) this.#buckets[i] = (this.#buckets[i] ?? 0) + 1;
    });
  }

  text(): string {
    const lines = [...this.#counts].flatMap(([name, { help, value }]) => {
      const full = `order_system_${name}_total`;
      return [`# HELP ${full} ${help}`, `# TYPE ${full} counter`, `${full}{${this.#labels}} ${value}`];
    });
    const full = 'order_system_request_duration_seconds';
    lines.push(`# HELP ${full} How long requests took.`, `# TYPE ${full} histogram`);
    const bucket = (bound: string, count: number): string =>
      `${full}_bucket{${this.#labels},le="${bound}"} ${count}`;
    BOUNDS.forEach((bound, i) => lines.push(bucket(String(bound), this.#buckets[i] ?? 0)));
    lines.push(bucket('+Inf', this.#requests));
    lines.push(`${full}_sum{${this.#labels}} ${this.#seconds}`, `${full}_count{${this.#labels}} ${this.#requests}`);
    return `${lines.join('\n')}\n`;
  }
}

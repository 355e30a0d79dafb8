import type { AssetsAuditEvent, HeldAsset } from '../../history/events.ts';
import type { Cases } from '../kv/cases.ts';
import type { AssetState } from './model.ts';
import { wordsOf } from './words.ts';

/** Judges what nodes hold of one stream in the end, and what the API lists, against all that it may be. */
export class ReadBack {
  readonly #audit: AssetsAuditEvent;
  readonly #cluster: string;
  readonly #cases: Cases;

  constructor(audit: AssetsAuditEvent, cluster: string, cases: Cases) {
    this.#audit = audit;
    this.#cluster = cluster;
    this.#cases = cases;
  }

  /** Streams that some node holds, or the API lists. */
  streams(): string[] {
    const { nodes, listed } = this.#audit;
    const held = nodes.flatMap(({ held: all }) => all.map(({ stream }) => stream));
    return [...new Set([...held, ...listed.flatMap(({ streams }) => streams)])];
  }

  judge(stream: string, possible: readonly AssetState[]): void {
    const holders = this.#audit.nodes.flatMap(({ node, held }) => {
      const asset = held.find((one) => one.stream === stream);
      return asset === undefined ? [] : [{ node, asset }];
    });
    const width = possible[0]?.length ?? 1;
    const allowed = new Map(possible.map((state) => [state.join(), state]));
    const mayBeAbsent = possible.some((state) => state[0] === 0);
    const first = holders[0];
    if (first === undefined) {
      if (!mayBeAbsent && this.#audit.complete)
        this.#violation('lost', `no node holds ${this.#cluster}/${stream}, which ${wordsOf(possible)}`);
    } else {
      this.#cases.count('streamsHeld');
      this.#cases.count('consumersHeld', Object.keys(first.asset.consumers).length);
    }
    for (const { node, asset } of holders) {
      const state = stateOf(asset, width);
      if (asset.wrong !== undefined)
        this.#violation(
          'wrongConfigurations',
          `${node} holds ${stream} with a wrong configuration: ${asset.wrong}`,
        );
      else if (!allowed.has(state.join())) {
        const name = possible.every((one) => one[0] === 0) ? 'undead' : 'wrongStates';
        this.#violation(
          name,
          `${node} holds ${stream}, which there ${wordsOf([state])}, but ${wordsOf(possible)}`,
        );
      }
    }
    this.#judgeTogether(stream, holders, width);
    this.#judgeListed(stream, first !== undefined);
  }

  #judgeTogether(
    stream: string,
    holders: readonly { node: string; asset: HeldAsset }[],
    width: number,
  ): void {
    const [first, ...others] = holders;
    if (first === undefined) return;
    const { replicas, complete } = this.#audit;
    const other = others.find(
      ({ asset }) => stateOf(asset, width).join() !== stateOf(first.asset, width).join(),
    );
    if (other !== undefined)
      this.#violation(
        'nodesDiffer',
        `nodes differ about ${stream}: on ${first.node} it ${wordsOf([stateOf(first.asset, width)])}, on ${other.node} it ${wordsOf([stateOf(other.asset, width)])}`,
      );
    if (complete && holders.length !== replicas)
      this.#violation(
        'wrongReplicas',
        `${holders.length} of ${replicas} nodes hold ${stream}: ${holders.map(({ node }) => node).join(', ')}`,
      );
  }

  #judgeListed(stream: string, isHeld: boolean): void {
    if (!this.#audit.complete) return;
    const wrong = this.#audit.listed.find(({ streams }) => streams.includes(stream) !== isHeld);
    if (wrong === undefined) return;
    const says = isHeld ? 'does not list' : 'lists';
    this.#violation(
      'wronglyListed',
      `the API, asked at ${wrong.node}, ${says} ${stream}, which ${isHeld ? 'nodes hold' : 'no node holds'}`,
    );
  }

  #violation(name: string, text: string): void {
    const waited =
      this.#audit.waitedMs >= 1000
        ? `, ${Math.round(this.#audit.waitedMs / 1000)} s after all was quiet`
        : '';
    this.#cases.violation(name, { t: this.#audit.t, text: () => `in the end${waited}, ${text}` });
  }
}

function stateOf({ value, consumers }: HeldAsset, width: number): AssetState {
  const parts = Math.max(width - 1, ...Object.keys(consumers).map(numberOf));
  const state = Array.from({ length: parts + 1 }, () => 0);
  state[0] = value;
  for (const [name, one] of Object.entries(consumers)) state[numberOf(name)] = one;
  return state;
}

function numberOf(consumer: string): number {
  return Number(consumer.replace('worker-', ''));
}

/** Something that others reach by a name and a port. */
export interface Target {
  /** What a link leads to: a cluster or a service. */
  to: string;
  kind: 'cluster' | 'service';
  /** The names by which it is reached; of a cluster those of each node, in the order of the nodes. */
  hosts: readonly (readonly string[])[];
  /** Its ports; of a cluster the one for clients. */
  ports: readonly number[];
  /** What the environment calls a port; left out for the only one. */
  portName(port: number): string | undefined;
}

/** A link that a text needs. */
export interface Reference {
  to: string;
  port?: string;
  as: string;
}

interface Place {
  target: Target;
  /** Of the node or replica, from 1. */
  number: number;
}

/** Replaces the names and ports of other services in texts by placeholders of links, and collects these links. */
export class References {
  readonly links = new Map<string, Reference>();
  readonly #places = new Map<string, Place>();

  constructor(targets: readonly Target[]) {
    for (const target of targets)
      target.hosts.forEach((names, at) => {
        for (const name of names) this.#places.set(name, { target, number: at + 1 });
      });
  }

  /** Environment variables, of which one may be a host and another its port. */
  variables(all: Readonly<Record<string, string>>): Record<string, string> {
    const replaced = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, this.text(value)]));
    for (const [name, value] of Object.entries(all)) {
      const place = this.#places.get(value);
      if (place === undefined) continue;
      const sibling = name.replace(/HOST(NAME)?|ADDR(ESS)?|SERVER/i, 'PORT');
      const port = Number(all[sibling] ?? place.target.ports[0]);
      const at = this.#link(place, port);
      if (at === undefined) continue;
      replaced[name] = `\${${at}.host}`;
      if (sibling !== name && all[sibling] !== undefined) replaced[sibling] = `\${${at}.port}`;
    }
    return replaced;
  }

  /** Words of a command, of which one may be a host and the next its port. */
  words(all: readonly string[]): string[] {
    const replaced = all.map((word) => this.text(word));
    all.forEach((word, at) => {
      const place = this.#places.get(word);
      const port = Number(all[at + 1]);
      const link = place === undefined || !Number.isInteger(port) ? undefined : this.#link(place, port);
      if (link === undefined) return;
      replaced[at] = `\${${link}.host}`;
      replaced[at + 1] = `\${${link}.port}`;
    });
    return replaced;
  }

  /** A text with addresses in it: `redis://redis:6379/0`, `nats://n1:4222,nats://n2:4222`. */
  text(text: string): string {
    return this.#single(this.#lists(text));
  }

  /** Lists of addresses of one cluster become all of its addresses. */
  #lists(text: string): string {
    const one = String.raw`(?:nats|tls)://(?:[^@/\s,]*@)?[\w.-]+(?::\d+)?`;
    return text.replaceAll(new RegExp(`${one}(?:\\s*,\\s*${one})*`, 'g'), (whole) => {
      const places = [...whole.matchAll(/\/\/(?:[^@/\s,]*@)?([\w.-]+)/g)].map(([, host = '']) =>
        this.#places.get(host),
      );
      const [first] = places;
      if (first?.target.kind !== 'cluster' || places.some((place) => place?.target !== first.target))
        return whole;
      this.links.set(first.target.to, { to: first.target.to, as: first.target.to });
      return `\${link.${first.target.to}}`;
    });
  }

  #single(text: string): string {
    return text.replaceAll(
      /(?<![\w.$\-{])([A-Za-z][\w.-]*):(\d{2,5})(?![\w.])/g,
      (whole, host: string, port: string) => {
        const place = this.#places.get(host);
        const at = place === undefined ? undefined : this.#link(place, Number(port));
        // The address of a cluster begins with its protocol; that of a service is host and port alone.
        if (at === undefined) return whole;
        return place?.target.kind === 'cluster' ? `\${${at}.host}:\${${at}.port}` : `\${${at}}`;
      },
    );
  }

  /** `link.redis.1` */
  #link({ target, number }: Place, port: number): string | undefined {
    if (!target.ports.includes(port)) return undefined;
    const named = target.portName(port);
    const as = named === undefined ? target.to : `${target.to}-${named}`;
    this.links.set(as, { to: target.to, as, ...(named === undefined ? {} : { port: named }) });
    return `link.${as}.${number}`;
  }
}

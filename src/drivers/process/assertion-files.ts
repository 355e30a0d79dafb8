import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../support/json.ts';
import type { ServerAssertion } from '../server-assertion.ts';

/** The variable that names the file to which the Antithesis SDK writes outside of its platform. */
const VARIABLE = 'ANTITHESIS_SDK_LOCAL_OUTPUT';

/**
 * The files in which servers record their assertions. Each start of a server has its own: the SDK empties its file when a
 * process starts, and what the one before it had recorded would be gone.
 */
export class AssertionFiles {
  #folder: string;
  readonly #starts = new Map<string, number>();
  /** File → its size when it was read last, and what was in it. */
  readonly #read = new Map<string, { size: number; found: ServerAssertion[] }>();

  /** @param folder of the logs */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The servers serve another run: what they record from their next start on goes to its logs. */
  moveTo(folder: string): void {
    this.#folder = folder;
    this.#starts.clear();
    this.#read.clear();
  }

  /**
   * Variables for the next start of a server; one that has no assertions compiled in ignores them.
   *
   * @param node `cluster/node`
   */
  variables(node: string): Record<string, string> {
    const start = (this.#starts.get(node) ?? 0) + 1;
    this.#starts.set(node, start);
    return { [VARIABLE]: join(this.#folder, `${prefixOf(node)}${start}.jsonl`) };
  }

  /** What every server has recorded so far; each process records each of its assertions once for each outcome. */
  read(): ServerAssertion[] {
    if (this.#starts.size === 0) return [];
    const names = readdirSync(this.#folder);
    return [...this.#starts.keys()].flatMap((node) =>
      names.filter((name) => name.startsWith(prefixOf(node))).flatMap((name) => this.#readFile(node, name)),
    );
  }

  #readFile(node: string, name: string): ServerAssertion[] {
    const path = join(this.#folder, name);
    const { size } = statSync(path);
    const before = this.#read.get(path);
    if (before?.size === size) return before.found;
    const found = assertionsIn(readFileSync(path, 'utf8'), node, name);
    this.#read.set(path, { size, found });
    return found;
  }
}

function prefixOf(node: string): string {
  return `${node.replaceAll('/', '.')}.assertions-`;
}

/** A line as the SDK writes it, as far as it is used. */
interface SdkLine {
  antithesis_assert?: {
    hit: boolean;
    condition: boolean;
    display_type: string;
    message: string;
    location: { function: string; file: string; begin_line: number };
    details: Json;
  };
}

/** Of a file as the SDK writes it: one JSON object a line, of which those about assertions count. */
export function assertionsIn(text: string, node: string, file: string): ServerAssertion[] {
  return text.split('\n').flatMap((line) => {
    const assertion = parsed(line)?.antithesis_assert;
    // Without a hit it is only declared; without a place it is of the SDK itself: that the server was built with cgo, for example.
    if (assertion?.hit !== true || assertion.location.file === '') return [];
    const { message, display_type: kind, condition, location, details } = assertion;
    const where = `${location.file.split('/').at(-1) ?? ''}:${location.begin_line} ${location.function}`;
    return [{ node, file, message, kind, violated: !condition && kind !== 'Sometimes', where, details }];
  });
}

/** A line that is still being written is read the next time. */
function parsed(line: string): SdkLine | undefined {
  try {
    return JSON.parse(line) as SdkLine;
  } catch {
    return undefined;
  }
}

import type { Json } from './json.ts';

/** One plain step that undoes something: data, so that whoever survives can replay it. */
export interface UndoRecord {
  /** The driver that understands it. */
  driver: string;
  /** `links.release`, `processes.start` … */
  op: string;
  args: Record<string, Json>;
}

import type { Json } from './json.ts';

/** One step of an undo, as plain data, so that any surviving process can replay it. */
export interface UndoRecord {
  /** The driver that understands it. */
  driver: string;
  /** `links.release`, `processes.start` … */
  op: string;
  args: Record<string, Json>;
}

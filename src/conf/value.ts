/** A value of a configuration, and where it is. */
export type ConfValue = Scalar | ConfMap | ConfList;

/** Where something is in a file; lines and columns begin at 1. */
export interface Place {
  /** As it is shown to people. */
  file: string;
  line: number;
  column: number;
}

export interface Scalar {
  kind: 'text' | 'number' | 'flag' | 'time';
  value: string | number | boolean;
  place: Place;
  /** The variable that it comes from, without its `$`. */
  variable?: string;
}

export interface ConfMap {
  kind: 'map';
  /** In the order of the file; of a key that is there twice, the last counts. */
  entries: Map<string, ConfEntry>;
  place: Place;
  variable?: string;
}

export interface ConfEntry {
  value: ConfValue;
  /** Of the key. */
  place: Place;
}

export interface ConfList {
  kind: 'list';
  items: ConfValue[];
  place: Place;
  variable?: string;
}

/** `nats.conf:12`. */
export function placeText({ file, line }: Place): string {
  return `${file}:${line}`;
}

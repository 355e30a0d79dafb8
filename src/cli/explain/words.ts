/** The environment that the addresses in examples belong to, where a kind names no other. */
export const EXAMPLE_ENVIRONMENT = 'dual-mirror';

/** What the schema does not say about a kind. */
export interface Words {
  summary: string;
  proof: string;
  /** An item in YAML, on one line; the last of several lines when it needs other items before it. */
  example: string;
}

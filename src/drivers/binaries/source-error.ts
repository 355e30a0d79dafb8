/** Why a source cannot provide a binary; the next source is then tried. */
export class SourceError extends Error {}

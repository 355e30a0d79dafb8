/** Why a source cannot give what is asked of it; the next one is tried then. */
export class SourceError extends Error {}

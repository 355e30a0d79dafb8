/** Limits of a fleet and its queue, each with its reason; docs/fleet.md lists them. */

/** A worker that has died is noticed after this time: long enough for three extensions of a lease, one of which may be lost. */
export const ACK_WAIT_MS = 60_000;
/** A lease is extended at a third of `ACK_WAIT_MS`. */
export const EXTEND_EVERY_MS = ACK_WAIT_MS / 3;
/** What a run may take beyond its own limit: it is asked to end, undoes everything, and its report is sent. */
export const GRACE_MS = 60_000;
export const SEND_REPORT_MS = 120_000;
/** A run that workers have died of so often is an error: its experiment may be what kills them. */
export const MOST_LOST = 3;
/** A run that was delivered so often is an error, whatever the reason; stops and halts give runs back, so it is high. */
export const MOST_DELIVERIES = 100;
/** A refused or given back run is offered again after this time, so that it does not circle at full speed. */
export const GIVE_BACK_DELAY_MS = 2_000;

/** Deliveries of one kind of needs that may be under way at once: more than workers of a thousand machines have slots. */
export const MAX_ACK_PENDING = 20_000;
/** How long a pull waits at the server where nothing is queued. A new run is seen sooner only if it is of the kind that is waited for. */
export const PULL_WAIT_MS = 2_000;

/** A run request is a few hundred bytes; a larger message is no request of ours. */
export const MAX_REQUEST_BYTES = 16 * 1024;
/** A state or a result in the KV bucket; half of the default `max_payload` of a server is 512 KiB. */
export const MAX_STATE_BYTES = 64 * 1024;
/** All files of an experiment together, before compression. */
export const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;
export const MAX_BUNDLE_FILES = 200;
/** The report of one run, compressed; a longer one loses its history first, and the verdict always arrives. */
export const MAX_REPORT_BYTES = 256 * 1024 * 1024;
/** The object store's own default; well below `max_payload` (1 MiB by default). */
export const CHUNK_BYTES = 128 * 1024;

/** Workers say so often that they live; a thousand of them make 100 writes a second. */
export const BEAT_EVERY_MS = 10_000;
/** Three beats missed, and a half for the way. */
export const STALE_AFTER_MS = 35_000;

/** Runs, states and reports that nobody has fetched are deleted after a week: an asker that was stopped on Friday can be resumed on Monday. */
export const KEEP_MS = 7 * 24 * 3_600_000;

/** A run may not ask for more. */
export const MAX_RUN_TIMEOUT_MS = 24 * 3_600_000;

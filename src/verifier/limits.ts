/** Limits on what a bundle may make the verifier do. A real bundle of a million records stays within them. */

/** The ZIP file as it lies on disk. */
export const MAX_PACKED_BYTES = 512 * 1024 * 1024;

/** All its files together, unpacked. */
export const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;

export const MAX_FILES = 1_000;

/** One line of a `.jsonl` file: an entry of a log has at most 65,535 bytes, Base64 adds a third. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Sentences about one kind of check that are listed in full; the rest is counted. */
export const MAX_PROBLEMS_PER_CHECK = 100;

/** Limits on what a bundle may make the verifier do. A real bundle of a million records stays within them. */

/** The ZIP file as it lies on disk, and all its files together, unpacked: what a ZIP without ZIP64 can hold. */
export const MAX_PACKED_BYTES = 0xffff_ffff;
export const MAX_UNPACKED_BYTES = 0xffff_ffff;

/** A file that is read as a whole: the report, the hashes of the leaves. */
export const MAX_WHOLE_BYTES = 512 * 1024 * 1024;

/** A year of time stamps, two files each, 1,000 cosigned checkpoints, and those of a meta-log. */
export const MAX_FILES = 4_000;

/** Times that a file may be larger than its packed data, where it is not small: tables and pages stay below 50, deflate itself goes to 1,032. */
export const MAX_RATIO = 200;
export const SMALL_BYTES = 1024 * 1024;

/** One line of a `.jsonl` file: an entry of a log has at most 65,535 bytes, Base64 adds a third. Nor is a checkpoint, a list of keys or a proof longer. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Sentences about one kind of check that are kept; of these the first are listed in full, and the rest is counted. */
export const MAX_PROBLEMS_KEPT = 1_000;
export const MAX_PROBLEMS_PER_CHECK = 100;

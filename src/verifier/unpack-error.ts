/** A file that cannot be unpacked; `message` names it. */
export class UnpackError extends Error {}

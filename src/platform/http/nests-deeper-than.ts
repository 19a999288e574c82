const [QUOTE, BACKSLASH, LIST, LIST_END, OBJECT, OBJECT_END] = Buffer.from('"\\[]{}');

/** Whether JSON in UTF-8 nests deeper. Looks at the bytes, so that a bomb is never built up in memory; no part of another character is one of these. */
export function nestsDeeperThan(limit: number, bytes: Uint8Array): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isQuoted && byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) isQuoted = !isQuoted;
    else if (!isQuoted && (byte === LIST || byte === OBJECT)) depth += 1;
    else if (!isQuoted && (byte === LIST_END || byte === OBJECT_END)) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

/** How much of a secret is kept in clear, in characters: the prefix and 24 of its 256 random bits. */
const HINT_LENGTH = 8;

/** The beginning of a secret, by which people can tell which one they have. */
export function hintOf(secret: string): string {
  return secret.slice(0, HINT_LENGTH);
}

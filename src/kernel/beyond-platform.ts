/** What cannot be computed where this runs, though it can elsewhere; `message` says what, and where it can. */
export class BeyondPlatform extends Error {
  override readonly name = 'BeyondPlatform';
}

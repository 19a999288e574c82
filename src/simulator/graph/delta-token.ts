import { GraphError } from './graph-error.ts';

/** How far a round of a delta query has come; it travels in the links, so that the client need not remember it. */
export interface DeltaPosition {
  readonly select: readonly string[];
  /** What the client knows: changes up to this revision. */
  readonly after: number;
  /** What this round shows: changes up to this revision. */
  readonly until: number;
  /** How many of them have been shown. */
  readonly offset: number;
}

const PREFIX = 'oEBwdSP6uehIAxQOWq_3Ksh_TLol6KIm';

/** Opaque to the client, and no token of anybody else's works. */
export function deltaToken(position: DeltaPosition): string {
  return PREFIX + Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Throws the 400 of a token that is none. */
export function deltaPosition(token: string): DeltaPosition {
  const text = token.startsWith(PREFIX) ? Buffer.from(token.slice(PREFIX.length), 'base64url').toString('utf8') : '';
  try {
    return JSON.parse(text) as DeltaPosition;
  } catch {
    throw new GraphError(400, 'Directory_InvalidPageToken', 'The specified page token value is not valid.');
  }
}

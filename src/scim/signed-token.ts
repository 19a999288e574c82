import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { epochMs, type Instant, instantOf, MINUTE_MS, SECOND_MS } from '../kernel/index.ts';

/** How far the clocks of Entra and of this server may lie apart. */
export const MAX_SKEW_MS = MINUTE_MS;

export type Claims = Readonly<Record<string, unknown>>;

/** A JWT as it came, before anything of it is believed. */
export interface SignedToken {
  readonly text: string;
  /** Names the key that it says it is signed with; undefined when it says none. */
  readonly kid: string | undefined;
  /** What it claims; only good for finding out whom to ask. */
  readonly unverified: Claims;
}

export type SignatureVerdict =
  | { readonly kind: 'genuine'; readonly claims: Claims; readonly expiresAt: Instant }
  | { readonly kind: 'refused'; readonly because: 'signature' | 'expired' | 'not-yet-valid' | 'no-expiry' };

/** The parts of a JWT in compact form; undefined for a text that is none. Extensions that would have to be understood are none of ours (RFC 7515 §4.1.11). */
export function peekToken(text: string): SignedToken | undefined {
  const [header, payload, signature, ...rest] = text.split('.');
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) return undefined;
  const head = jsonObject(header);
  const unverified = jsonObject(payload);
  if (head === undefined || unverified === undefined || head['crit'] !== undefined) return undefined;
  return { text, kid: textClaim(head, 'kid'), unverified };
}

/** RS256 by this key and nothing else, whatever the token says of itself (RFC 8725 §3.1); an end is required. */
export function verifyToken(token: SignedToken, key: KeyObject, at: Instant): SignatureVerdict {
  const claims = verifiedClaims(token, key, at);
  if (typeof claims === 'string') return { kind: 'refused', because: claims };
  const expiresAt = endOf(claims);
  return expiresAt === undefined ? { kind: 'refused', because: 'no-expiry' } : { kind: 'genuine', claims, expiresAt };
}

function verifiedClaims({ text }: SignedToken, key: KeyObject, at: Instant): Claims | 'signature' | 'expired' | 'not-yet-valid' {
  const times = { clockTimestamp: Math.floor(epochMs(at) / SECOND_MS), clockTolerance: MAX_SKEW_MS / SECOND_MS };
  try {
    const claims = jwt.verify(text, key, { algorithms: ['RS256'], ...times });
    return isObject(claims) ? claims : 'signature';
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError) return 'expired';
    return error instanceof jwt.NotBeforeError ? 'not-yet-valid' : 'signature';
  }
}

export function textClaim(claims: Claims, name: string): string | undefined {
  const value = claims[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether `aud` names one of these (RFC 7519 §4.1.3: a text, or a list of them). */
export function isMeantFor(claims: Claims, audiences: readonly string[]): boolean {
  const audience = claims['aud'];
  return (Array.isArray(audience) ? audience : [audience]).some((one) => typeof one === 'string' && audiences.includes(one));
}

function endOf({ exp }: Claims): Instant | undefined {
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return undefined;
  const ms = Math.floor(exp * SECOND_MS);
  return ms > LATEST_EXPIRY_MS ? undefined : instantOf(ms);
}

/** No token of Entra's says that it lives until the year 9999. */
const LATEST_EXPIRY_MS = Date.UTC(9999, 0, 1);

function jsonObject(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

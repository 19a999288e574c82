import { ED25519_COSIGNATURE, type NoteVerifier, parseTypedVkey } from './note-key.ts';
import { formatSignature, type ParsedNote } from './signed-note.ts';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** The end of the year 9999, beyond which no instant goes; C2SP tlog-cosignature allows 2^63 - 1. */
const MAX_SECONDS = 253_402_300_799n;

/** A witness by its key (C2SP tlog-cosignature): who vouches that a log only grew, and at which size they saw it when. */
export interface Cosigner {
  readonly name: string;
  /** `name+hex(keyId)+base64(0x04 || public key)`. */
  readonly vkey: string;
  readonly key: NoteVerifier;
}

export type CosignatureVerdict =
  | {
      readonly kind: 'cosigned';
      /** By the witness's clock, in milliseconds since 1970. */
      readonly atMs: number;
      /** The signature line, final newline included: with it behind its checkpoint anybody can verify it. */
      readonly line: string;
    }
  /** By this witness there is none. */
  | { readonly kind: 'none' }
  /** One by this name and key id does not fit: the whole note is to be rejected (C2SP signed-note). */
  | { readonly kind: 'bad' };

/** The witness that a vkey describes; undefined when it is malformed, of another type than 0x04, or its id is not its key's. */
export function parseCosigner(vkey: string): Cosigner | undefined {
  const key = parseTypedVkey(vkey, ED25519_COSIGNATURE);
  return key === undefined ? undefined : { name: key.name, vkey, key };
}

/** Whether the witness cosigned the checkpoint in the note, and when: the latest, where it did so more than once. Signatures of others are ignored. */
export function verifyCosignature({ signatures, text }: ParsedNote, { key, name }: Cosigner): CosignatureVerdict {
  let latest: CosignatureVerdict = { kind: 'none' };
  for (const { keyId, name: signer, signature } of signatures) {
    if (signer !== name || !keyId.equals(key.keyId)) continue;
    const seconds = verifiedTime(text, signature, key);
    if (seconds === undefined) return { kind: 'bad' };
    const atMs = seconds * 1000;
    if (latest.kind === 'none' || latest.atMs < atMs)
      latest = { kind: 'cosigned', atMs, line: formatSignature({ name, keyId, signature }) };
  }
  return latest;
}

/** A `timestamped_signature`: a time, which is signed along with the text, and the signature. A checkpoint's time is never zero (C2SP tlog-witness). */
function verifiedTime(text: string, signature: Buffer, key: NoteVerifier): number | undefined {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const seconds = BigInt(`0x${signature.subarray(0, TIME_BYTES).toString('hex')}`);
  if (seconds === 0n || seconds > MAX_SECONDS) return undefined;
  const message = `cosignature/v1\ntime ${seconds}\n${text}`;
  return key.verify(message, signature.subarray(TIME_BYTES)) ? Number(seconds) : undefined;
}

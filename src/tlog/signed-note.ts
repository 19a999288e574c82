import { decodeBase64 } from './base64.ts';
import { isKeyName, type NoteVerifier } from './note-key.ts';
import type { NoteSigner } from './note-signer.ts';

/** C2SP signed-note asks verifiers to limit signatures, and to take at least 16. */
const MAX_NOTE_SIGNATURES = 100;

const KEY_ID_BYTES = 4;
const NEWLINE = 0x0a;
const SPACE = 0x20;

interface NoteSignature {
  readonly name: string;
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

/** A note taken apart. Its text must not be believed before `verifyNote` has named a key that signed it. */
export interface ParsedNote {
  /** What was signed, final newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The note that the signers sign. Throws a TypeError for a text that a note cannot hold. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!isNoteText(text)) throw new TypeError('a note ends in a newline and holds no other control character');
  return `${text}\n${signers.map((signer) => signatureLine(signer, text)).join('')}`;
}

function signatureLine(signer: NoteSigner, text: string): string {
  return formatSignature({ name: signer.name, keyId: signer.keyId, signature: signer.sign(text) });
}

/** The line of a note that a signature stands in, its newline included. */
export function formatSignature({ keyId, name, signature }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`;
}

/** The parts of a note; undefined when it is malformed. */
export function parseNote(note: string): ParsedNote | undefined {
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split('\n');
  if (!isNoteText(text) || lines.length > MAX_NOTE_SIGNATURES) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignatureLine(line);
    if (signature === undefined) return undefined;
    signatures.push(signature);
  }
  return { text, signatures };
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const match = /^— (\S+) (\S+)$/u.exec(line);
  const [name, encoded] = [match?.[1], match?.[2]];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return undefined;
  const bytes = decodeBase64(encoded);
  if (bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) };
}

export type NoteVerdict =
  | { readonly kind: 'verified'; readonly by: readonly [NoteVerifier, ...NoteVerifier[]] }
  /** No key that the verifier knows has signed. */
  | { readonly kind: 'unknown-keys' }
  /** A known key's signature does not fit the text: the whole note is to be rejected (C2SP signed-note). */
  | { readonly kind: 'bad-signature'; readonly name: string };

/** Who of the known keys signed the note. Signatures of unknown keys are ignored, which is what lets keys rotate and witnesses cosign. */
export function verifyNote(note: ParsedNote, known: readonly NoteVerifier[]): NoteVerdict {
  const by: NoteVerifier[] = [];
  for (const { name, keyId, signature } of note.signatures) {
    const key = known.find((candidate) => candidate.name === name && candidate.keyId.equals(keyId));
    if (key === undefined) continue;
    if (!key.verify(note.text, signature)) return { kind: 'bad-signature', name };
    by.push(key);
  }
  const [first, ...rest] = by;
  return first === undefined ? { kind: 'unknown-keys' } : { kind: 'verified', by: [first, ...rest] };
}

/** C2SP signed-note: the final newline, and no ASCII control character but newlines. */
function isNoteText(text: string): boolean {
  return text.endsWith('\n') && Buffer.from(text, 'utf8').every((byte) => byte >= SPACE || byte === NEWLINE);
}

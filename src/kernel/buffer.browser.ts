/**
 * As much of Node's Buffer as the verifier's rooms use; `tsc -p tsconfig.browser.json` refuses what is not here. Text is decoded and encoded by the
 * platform, which does it as Node does, byte for byte, also where the bytes are no UTF-8; a polyfill for all of Buffer does not, nor knows base64url.
 */
type Encoding = 'utf8' | 'latin1' | 'hex' | 'base64' | 'base64url';

class Bytes extends Uint8Array<ArrayBuffer> {
  override toString(encoding: Encoding = 'utf8'): string {
    return decoders[encoding](this);
  }

  override subarray(start?: number, end?: number): Bytes {
    return super.subarray(start, end) as Bytes; // of the class that it is taken from
  }

  equals(other: Uint8Array): boolean {
    return compare(this, other) === 0;
  }

  readInt8(at: number): number {
    return this.#view(at, 1).getInt8(0);
  }

  readUInt8(at: number): number {
    return this.#view(at, 1).getUint8(0);
  }

  readUInt16LE(at: number): number {
    return this.#view(at, 2).getUint16(0, true);
  }

  readUInt32LE(at: number): number {
    return this.#view(at, 4).getUint32(0, true);
  }

  /** Of up to six bytes. */
  readUIntBE(at: number, length: number): number {
    return this.subarray(at, at + length).reduce((value, byte) => value * 256 + byte, 0);
  }

  writeUInt8(value: number, at: number): void {
    this.#view(at, 1).setUint8(0, value);
  }

  writeUInt16BE(value: number, at = 0): void {
    this.#view(at, 2).setUint16(0, value);
  }

  /** Throws a RangeError for what is not inside. */
  #view(at: number, length: number): DataView {
    if (at < 0 || at + length > this.length) throw new RangeError('outside of the bytes');
    return new DataView(this.buffer, this.byteOffset + at, length);
  }
}

export type Buffer = Bytes;

export const Buffer = { alloc, allocUnsafe: alloc, compare, concat, from };

/** The same bytes, not a copy. */
export function bufferOver(bytes: Uint8Array): Buffer {
  return new Bytes(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}

function alloc(length: number): Buffer {
  return new Bytes(new ArrayBuffer(length));
}

function from(buffer: ArrayBufferLike, at: number, length: number): Buffer;
function from(text: string, encoding?: Encoding): Buffer;
function from(bytes: ArrayLike<number>): Buffer;
function from(value: string | ArrayLike<number> | ArrayBufferLike, second: Encoding | number = 'utf8', length = 0): Buffer {
  if (typeof value === 'string') return encoders[second as Encoding](value);
  return 'length' in value ? copy(value) : new Bytes(value as ArrayBuffer, second as number, length);
}

function copy(bytes: ArrayLike<number>): Buffer {
  const made = alloc(bytes.length);
  made.set(bytes);
  return made;
}

function concat(parts: readonly Uint8Array[]): Buffer {
  const whole = alloc(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Negative, zero or positive: byte by byte, then the shorter one first. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return Math.sign(a.length - b.length);
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Characters that a call takes as arguments at once. */
const CHARACTERS = 8_192;

/** Not the platform's decoder of that name, which is of windows-1252. */
function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHARACTERS) parts.push(String.fromCharCode(...bytes.subarray(at, at + CHARACTERS)));
  return parts.join('');
}

const decoders: Readonly<Record<Encoding, (bytes: Uint8Array) => string>> = {
  utf8: (bytes) => utf8.decode(bytes),
  latin1,
  hex: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  base64: (bytes) => btoa(latin1(bytes)),
  base64url: (bytes) => btoa(latin1(bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
};

const encoders: Readonly<Record<Encoding, (text: string) => Buffer>> = {
  utf8: (text) => bufferOver(encoder.encode(text)),
  latin1: fromLatin1,
  hex: (text) => copy((text.match(/[0-9a-f]{2}/gi) ?? []).map((digits) => Number.parseInt(digits, 16))),
  base64: fromBase64,
  base64url: fromBase64,
};

function fromLatin1(text: string): Buffer {
  const bytes = alloc(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** In either alphabet, padded or not, up to the first padding; what belongs to no alphabet is passed over. */
function fromBase64(text: string): Buffer {
  const plain = text
    .replace(/=[^]*$/, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replaceAll(/[^A-Za-z0-9+/]/g, '');
  return fromLatin1(atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain));
}

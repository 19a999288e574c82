// Modules as `tsc -p tsconfig.browser.json` knows them.

/** What signs: a door names it, the page uses nothing of it and leaves it out. */
declare module 'node:crypto' {
  interface KeyObject {
    readonly type: string;
    readonly asymmetricKeyType?: string;
    export(options: { readonly format: 'jwk' }): { readonly x?: string };
  }
  function createPublicKey(key: KeyObject): KeyObject;
  function sign(algorithm: null, data: Uint8Array, key: KeyObject): Buffer;
}

/** The parts of pako that are used; what is published of its types leaves out how much of the input was read. */
declare module 'pako/lib/inflate.js' {
  interface Inflate {
    onData: (piece: Uint8Array) => void;
    /** Not zero once the data turned out to be broken. */
    readonly err: number;
    /** Whether the data ended, or broke. */
    readonly ended: boolean;
    readonly strm: { readonly avail_in: number };
    push(packed: Uint8Array, isLast: boolean): boolean;
  }
  const pako: { readonly Inflate: new (options: { readonly raw: true; readonly chunkSize: number }) => Inflate };
  export default pako;
}
declare module 'pako/lib/zlib/crc32.js' {
  export default function crc32(before: number, bytes: Uint8Array, length: number, at: number): number;
}

/** Bytes that are kept together. */
const BLOCK = 256 * 1024;

/** What is written in many small pieces. Each is copied: a piece that was just compressed holds several times its length of memory. */
export class BytesSoFar {
  readonly #full: Buffer[] = [];
  #block = Buffer.alloc(BLOCK);
  #used = 0;

  add(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + BLOCK - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
      if (this.#used === BLOCK) this.#begin();
    }
  }

  all(): Buffer {
    return Buffer.concat([...this.#full, this.#block.subarray(0, this.#used)]);
  }

  #begin(): void {
    this.#full.push(this.#block);
    this.#block = Buffer.alloc(BLOCK);
    this.#used = 0;
  }
}

import type { JsonObject } from './json-shape.ts';

/** A record whose bytes are what the tree says. */
export interface ProvenRecord {
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly leaf: JsonObject;
  /** The values that are shown of it, by path: each is the one that the record holds the digest of. Of a record that is remembered. */
  readonly shown?: ReadonlyMap<string, unknown>;
}

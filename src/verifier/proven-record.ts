import type { JsonObject } from './json-shape.ts';

/** A record whose bytes are what the tree says. */
export interface ProvenRecord {
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly leaf: JsonObject;
}

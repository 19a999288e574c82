/** Something that a report names by its id, as it was called when the report was sealed. Null where that was erased. */
export interface NamedThing {
  /** A person of the roster by our id; a group or an account of a directory by its object id. */
  readonly kind: 'person' | 'group' | 'account';
  readonly id: string;
  readonly name: string | null;
}

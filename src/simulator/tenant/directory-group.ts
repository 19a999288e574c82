export interface DirectoryGroup {
  readonly id: string;
  readonly ordinal: number;
  /** Grows with each change that provisioning can see. */
  readonly revision: number;
  readonly displayName: string;
  /** Direct members, users and groups. Soft-deleted users stay members until they are purged (microsoft-graph §3). */
  readonly memberIds: ReadonlySet<string>;
}

export interface DirectoryGroup {
  readonly id: string;
  readonly ordinal: number;
  readonly displayName: string;
  /** Direct members, users and groups. Soft-deleted users stay members until they are purged (microsoft-graph §3). */
  readonly memberIds: ReadonlySet<string>;
}

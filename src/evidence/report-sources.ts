import type { Instant, LedgerRecordId } from '../kernel/index.ts';

/** One of HR's files, or a push of rows, as it was taken. */
export interface RosterInput {
  readonly importId: string;
  readonly source: 'file' | 'push' | 'pull';
  readonly importedAt: Instant;
  readonly importedBy: string;
  /** Of the raw bytes, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** It was declared to hold everybody. */
  readonly isFull: boolean;
  /** Of whom it speaks: everybody, changes alone, or changes with HR's word that nobody else has changed. */
  readonly tells: 'everybody' | 'changes' | 'changes-and-no-others';
  /** When HR told it: when it came, where it was held in between. */
  readonly toldAt: Instant;
  /** What became of its rows: `rows` = added + changed + ended + rehired + unchanged + rejected. */
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  readonly rehired: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** Employed people whom it did not name. */
  readonly dropped: number;
  /** Canonical column to the column of the file. */
  readonly mapping: unknown;
  readonly recordId: LedgerRecordId;
}

/** A connected directory, and how it was looked at within the period. */
export interface DirectoryInput {
  readonly connectionId: string;
  readonly cloud: string;
  readonly tenantId: string;
  readonly connectedAt: Instant;
  readonly removedAt: Instant | null;
  readonly syncEveryMinutes: number;
  readonly completeLooks: number;
  readonly failedLooks: number;
  /** When the last complete look before the report's as-of asked; full or delta. */
  readonly lastLookAt: Instant | null;
  /** The last full one, and how many accounts it showed. */
  readonly lastFullLook: { readonly runId: string; readonly requestedAt: Instant; readonly accounts: number } | null;
  /** The shortest allowance that it can be proven to keep, in minutes; null for one that is no longer connected. */
  readonly provableMinutes: number | null;
}

/**
 * Where a report's information comes from, so that a reader can judge whether it is complete and accurate (information produced by the
 * entity, evidence §1.3).
 */
export interface ReportSources {
  readonly software: { readonly name: 'rollcall'; readonly version: string };
  /** In order of time: the last before the period that speaks of everybody, and those up to the report's as-of. */
  readonly roster: readonly RosterInput[];
  readonly directories: readonly DirectoryInput[];
  /** Users that SCIM ever provisioned, and those that are active at the as-of. */
  readonly scim: { readonly users: number; readonly active: number };
  /** Who decided who is synced: until `to`, or up to now. */
  readonly authority: readonly { readonly authority: 'scim' | 'scope'; readonly from: Instant; readonly to: Instant | null }[];
  /** What was asked of each source, in its own words. */
  readonly queries: Readonly<Record<'roster' | 'directory' | 'scim' | 'population', string>>;
}

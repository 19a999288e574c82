import type { Instant, LedgerRecordId } from '../kernel/index.ts';
import type { RejectionCount } from '../roster/index.ts';
import type { Stretch } from '../verdict/index.ts';

/** One of HR's files, or a push of rows, as it was taken. */
export interface RosterInput {
  readonly importId: string;
  readonly source: 'file' | 'push' | 'pull';
  readonly importedAt: Instant;
  readonly importedBy: string;
  /** As whoever sent it calls it. Null where nobody said, and where that was erased. */
  readonly fileName: string | null;
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
  /** Why rows were rejected, the most frequent first; a row may have several cells that cannot be taken. */
  readonly rejections: readonly RejectionCount[];
  /** How the file was read. Null of rows that a program pushed, and of imports before this was recorded. */
  readonly format: RosterFileFormat | null;
  /** Canonical column to the column of the file. */
  readonly mapping: unknown;
  readonly recordId: LedgerRecordId;
}

export interface RosterFileFormat {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  readonly delimiter: string;
  /** On which its columns are named, counted from 1. */
  readonly headerLine: number;
}

/**
 * What all imports up to the report's as-of came to. Each row that was added or re-hired began an employment period, and nothing else did: so
 * `added` + `rehired` = the employment periods of the population.
 */
export interface RosterTotals {
  readonly imports: number;
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  readonly rehired: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** A connected directory, and how it was looked at within the period. */
export interface DirectoryInput {
  readonly connectionId: string;
  readonly cloud: string;
  readonly tenantId: string;
  readonly connectedAt: Instant;
  readonly removedAt: Instant | null;
  /** How often it was to be looked at within the period, as it was set then. */
  readonly schedules: readonly DirectorySchedule[];
  /** What the complete looks that lie within the period asked, by kind of look and by list of queries. */
  readonly requests: readonly SentRequests[];
  readonly completeLooks: number;
  readonly failedLooks: number;
  /** When the last complete look before the report's as-of asked; full or delta. */
  readonly lastLookAt: Instant | null;
  /** The last full one, and how many accounts it showed. */
  readonly lastFullLook: { readonly runId: string; readonly requestedAt: Instant; readonly accounts: number } | null;
  /** The longest stretch of the period in which a change may have waited to be seen, from when it was connected to the report's as-of; null for no time at all. */
  readonly longestUnseen: Stretch | null;
  /** Its audit log, which gives instants, was read for all of that time. */
  readonly isAudited: boolean;
  /** The shortest allowance that it could be proven to keep by the rarest schedule that was in force, and by the looks as they happened; in minutes. */
  readonly promisedMinutes: number;
  readonly provableMinutes: number;
}

/** What so many complete looks asked of Microsoft Graph and of Azure: the same list each. */
export interface SentRequests {
  readonly kind: 'full' | 'delta';
  readonly looks: number;
  /** Of the list as canonical JSON, which the records of the looks name. Null, as the list, of looks that were made before it was noted. */
  readonly sha256: string | null;
  /** Templates, sorted: what stands in braces differs from request to request. */
  readonly queries: readonly string[] | null;
}

/** In force from its record, or from the beginning of the connection, until the next one; `to` is null where none has followed. */
export interface DirectorySchedule {
  readonly syncEveryMinutes: number;
  readonly fullEveryMinutes: number;
  readonly from: Instant;
  readonly to: Instant | null;
  readonly recordId: LedgerRecordId | null;
}

/** Object ids of groups or users, or patterns of names; null where they were erased, and their number stays. */
export interface ScopeList {
  readonly count: number;
  readonly values: readonly string[] | null;
}

/** Whom to sync from a directory: it decides while SCIM does not (`authority`). Nothing included means everybody who is not excluded. */
export interface ScopeInForce {
  readonly connectionId: string;
  readonly includeGroups: ScopeList;
  readonly includeUsers: ScopeList;
  readonly excludeGroups: ScopeList;
  readonly excludeUsers: ScopeList;
  readonly excludeNames: ScopeList;
  /** Null for what held before anybody set anything. */
  readonly setBy: string | null;
  readonly from: Instant;
  readonly to: Instant | null;
  readonly recordId: LedgerRecordId | null;
}

/** Who decided who is synced: until `to`, or up to now. The first is from the workspace's beginning, and nobody's turn. */
export interface AuthorityInForce {
  readonly authority: 'scim' | 'scope';
  readonly from: Instant;
  readonly to: Instant | null;
  readonly by: string | null;
  readonly recordId: LedgerRecordId | null;
}

/**
 * Where a report's information comes from, so that a reader can judge whether it is complete and accurate (information produced by the
 * entity, evidence §1.3).
 */
export interface ReportSources {
  readonly software: { readonly name: 'rollcall'; readonly version: string };
  /**
   * In order of time: the last before the period that speaks of everybody, those up to the report's as-of, and whichever before said something of the employment
   * of somebody who left.
   */
  readonly roster: readonly RosterInput[];
  readonly rosterTotals: RosterTotals;
  readonly directories: readonly DirectoryInput[];
  /** Users that SCIM ever provisioned, and those that were active, as counted at that instant. */
  readonly scim: { readonly users: number; readonly active: number; readonly countedAt: Instant };
  readonly authority: readonly AuthorityInForce[];
  /** The scope settings within the period, connection by connection. */
  readonly scopes: readonly ScopeInForce[];
  /** What was asked of each source, in its own words. */
  readonly queries: Readonly<Record<'roster' | 'directory' | 'scim' | 'population', string>>;
}

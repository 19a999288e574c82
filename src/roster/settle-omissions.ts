import type { Instant, Interval, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { decideOmission } from './decide-omission.ts';
import type { ImportPlace } from './draft-import.ts';
import {
  endOmitted,
  importBefore,
  markDropped,
  markListed,
  type Omitted,
  omittedPeriods,
  peopleListedAgain,
  peopleOf,
  settleDropped,
  withdrawnPeriods,
} from './omission-store.ts';
import { omittedEndRecord } from './roster-records.ts';

export interface Omissions {
  /** People whom HR no longer names and of whom nobody has said what that means. */
  readonly dropped: number;
  /** Employment periods that ended since a plausible roster of everybody leaves them out. */
  readonly endedByOmission: number;
  /** People whom HR names again. */
  readonly listedAgain: number;
  readonly implausible: string | null;
}

/** With those who ended. */
export interface Settled extends Omissions {
  readonly ended: readonly Omitted[];
}

interface Finding {
  readonly importId: RosterImportId;
  /** When HR told it: whose last day has begun by then is not missed. */
  readonly toldAt: Instant;
  readonly full: boolean;
  readonly partial: boolean;
  readonly rows: number;
  readonly unnamedRows: number;
}

/** Whom a roster leaves out, and since when they can be missed. */
export interface FoundOmissions extends Omit<Finding, 'importId' | 'toldAt' | 'partial'> {
  readonly again: readonly string[];
  /** The import before, if anybody can be missed. */
  readonly before: { readonly at: Instant; readonly rows: number } | undefined;
  /** Those whom the roster before named. */
  readonly omitted: readonly Omitted[];
  /** With them those who are still asked about, and employments ahead of people whom it names: what has ended where the roster is taken at its word. */
  readonly ending: readonly Omitted[];
}

/** Looks who is left out, and who is named again, without changing anything. */
export async function findOmissions(tx: Transaction, workspaceId: WorkspaceId, finding: Finding): Promise<FoundOmissions> {
  const { importId, toldAt, full, partial, rows, unnamedRows } = finding;
  const again = await peopleListedAgain(tx, workspaceId, importId);
  const before = partial ? undefined : await importBefore(tx, workspaceId);
  const lacking = before === undefined ? [] : await omittedPeriods(tx, workspaceId, { importId, toldAt });
  const omitted = lacking.filter(({ namedUntil }) => namedUntil === null);
  // One of whom nobody can say whom it names may be anybody.
  const isWord = before !== undefined && full && unnamedRows === 0;
  const ending = isWord ? [...lacking, ...(await withdrawnPeriods(tx, workspaceId, { importId, toldAt }))] : [];
  return { full, rows, unnamedRows, again, before, omitted, ending };
}

interface Settling extends ImportPlace, FoundOmissions {
  /** Two people say, or will have to, that the roster is to be taken at its word. */
  readonly isConfirmed: boolean;
  readonly isWritten: boolean;
}

/** People whose records are written in one statement. */
const BATCH = 2_000;

/**
 * What becomes of people who are employed by the rosters before and whom a roster does not name: nothing where it holds changes alone; they have
 * ended, between the import that named them last and this one, where it plausibly holds everybody or two people say so; else they are
 * dropped, until a person says what that means (I9; evidence §6 rule 2), or such a roster does: whom one before has dropped it ends as well. An end that had been told and lies ahead changes nothing about that:
 * it says that they are employed until then.
 */
export async function settleOmissions(tx: Transaction, workspaceId: WorkspaceId, settling: Settling): Promise<Settled> {
  const { again, before, omitted, ending, isWritten, toldAt } = settling;
  if (isWritten) await listAgain(tx, workspaceId, settling, again);
  const nothing = { dropped: 0, endedByOmission: 0, listedAgain: again.length, implausible: null, ended: [] };
  if (before === undefined) return nothing;
  const { full, rows, unnamedRows, isConfirmed } = settling;
  const dropped = peopleOf(omitted).length;
  const missing = Math.max(dropped, peopleOf(ending).length);
  const decision = decideOmission({ full, rows, unnamedRows, rowsBefore: before.rows, omitted: missing, isConfirmed });
  const range = { from: before.at, to: toldAt };
  if (decision.kind === 'ended') {
    if (isWritten) await end(tx, workspaceId, { place: settling, omitted: ending, range });
    return { ...nothing, endedByOmission: ending.length, ended: ending };
  }
  if (isWritten) await drop(tx, workspaceId, { place: settling, omitted, range });
  return { ...nothing, dropped, implausible: decision.implausible };
}

async function listAgain(tx: Transaction, workspaceId: WorkspaceId, place: ImportPlace, people: readonly string[]): Promise<void> {
  await markListed(tx, workspaceId, people);
  const about = { at: place.at, actor: place.actor, detail: { import: place.importId } };
  const records = people.map((id): RecordInput => ({ ...about, type: 'hr.person.listed', subject: { kind: 'person', id } }));
  await append(tx, workspaceId, records);
}

interface ToSettle {
  readonly place: ImportPlace;
  readonly omitted: readonly Omitted[];
  /** Between the import before and the one that does not name them. */
  readonly range: Interval;
}

async function drop(tx: Transaction, workspaceId: WorkspaceId, { place, omitted, range }: ToSettle): Promise<void> {
  const people = peopleOf(omitted);
  const about = { at: place.at, actor: place.actor, observed: range, detail: { import: place.importId } };
  const records = people.map((id): RecordInput => ({ ...about, type: 'hr.person.dropped', subject: { kind: 'person', id } }));
  const recordIds = await append(tx, workspaceId, records);
  const dropped = people.map((personId, index) => ({ personId, recordId: recordIds[index] ?? '' }));
  await markDropped(tx, workspaceId, { dropped, range });
}

/** Whom a roster before has left out already, ended between the one that named them last and this one: that they had left by the other, it did not say. */
async function end(tx: Transaction, workspaceId: WorkspaceId, { place, omitted, range }: ToSettle): Promise<void> {
  const about = { at: place.at, actor: place.actor };
  for (let start = 0; start < omitted.length; start += BATCH) {
    const batch = omitted
      .slice(start, start + BATCH)
      .map((each) => ({ ...each, range: { from: each.namedUntil ?? range.from, to: range.to } }));
    const records = batch.map((each) =>
      omittedEndRecord(each, { ...about, observed: each.range, detail: { person: each.personId, import: place.importId } }),
    );
    const recordIds = await append(tx, workspaceId, records);
    const ends = batch.map(({ periodId, range: observed }, index) => ({ periodId, recordId: recordIds[index] ?? '', range: observed }));
    await endOmitted(tx, workspaceId, { importId: place.importId, toldAt: place.toldAt, ends });
  }
  await settleDropped(tx, workspaceId, peopleOf(omitted));
}

import type { Instant, Interval, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { decideOmission } from './decide-omission.ts';
import type { ImportPlace } from './draft-import.ts';
import {
  countListedAgain,
  countOmitted,
  endOmitted,
  importBefore,
  markDropped,
  markListed,
  type Omitted,
  type omissions,
  omittedPeriods,
  peopleListedAgain,
  settleDropped,
  stageOmitted,
  stageWithdrawn,
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

export interface Settled extends Omissions {
  /** Whom it leaves out has ended by that. */
  readonly isEnding: boolean;
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

/** How many a roster leaves out, and since when they can be missed. */
export interface FoundOmissions extends Omit<Finding, 'importId' | 'toldAt' | 'partial'> {
  /** The import before, if anybody can be missed. */
  readonly before: { readonly at: Instant; readonly rows: number } | undefined;
  /** People whom the roster before named. */
  readonly omitted: number;
  /** People of whom somebody said too long ago that they are employed: they are asked about again, whatever the roster. */
  readonly askedAgain: number;
  /** With them those who are still asked about, and employments ahead of people whom it names: what has ended where the roster is taken at its word. */
  readonly ending: { readonly people: number; readonly periods: number };
}

/** Stages who is left out, without changing anything. Call it before rows are taken. */
export async function findOmissions(tx: Transaction, workspaceId: WorkspaceId, finding: Finding): Promise<FoundOmissions> {
  const { importId, toldAt, full, partial, rows, unnamedRows } = finding;
  const before = partial ? undefined : await importBefore(tx, workspaceId);
  const found = { full, rows, unnamedRows, before };
  if (before === undefined) return { ...found, omitted: 0, askedAgain: 0, ending: { people: 0, periods: 0 } };
  await stageOmitted(tx, workspaceId, { importId, toldAt });
  // One of whom nobody can say whom it names may be anybody.
  const isWord = full && unnamedRows === 0;
  if (isWord) await stageWithdrawn(tx, workspaceId, { importId, toldAt });
  const { people, again, endingPeople, endingPeriods } = await countOmitted(tx, workspaceId, importId);
  const ending = isWord ? { people: endingPeople, periods: endingPeriods } : { people: 0, periods: 0 };
  return { ...found, omitted: people, askedAgain: again, ending };
}

interface Settling extends ImportPlace, FoundOmissions {
  /** Two people say, or will have to, that the roster is to be taken at its word. */
  readonly isConfirmed: boolean;
  readonly isWritten: boolean;
}

/** People who are read, and whose records are written, in one statement. */
const BATCH = 2_000;

/**
 * What becomes of people who are employed by the rosters before and whom a roster does not name: nothing where it holds changes alone; they have
 * ended, between the import that named them last and this one, where it plausibly holds everybody or two people say so; else they are
 * dropped, until a person says what that means (I9; evidence §6 rule 2), or such a roster does: whom one before has dropped it ends as well. An end that had been told and lies ahead changes nothing about that:
 * it says that they are employed until then. Of whom somebody said too long ago that they are employed is dropped by either. Call it when the rows are taken.
 */
export async function settleOmissions(tx: Transaction, workspaceId: WorkspaceId, settling: Settling): Promise<Settled> {
  const { importId, before, omitted, askedAgain, ending, isConfirmed, isWritten, full, rows, unnamedRows, toldAt } = settling;
  const again = await countListedAgain(tx, workspaceId, importId);
  if (isWritten) await listAgain(tx, workspaceId, { ...settling, again });
  const nothing = { dropped: 0, endedByOmission: 0, listedAgain: again, implausible: null, isEnding: false };
  if (before === undefined) return nothing;
  const missing = Math.max(omitted, ending.people);
  const decision = decideOmission({ full, rows, unnamedRows, rowsBefore: before.rows, omitted: missing, isConfirmed });
  const range = { from: before.at, to: toldAt };
  const isEnding = decision.kind === 'ended';
  if (isWritten) {
    const each = (which: keyof typeof omissions, settle: typeof drop) =>
      eachPage(tx, workspaceId, { importId, which, settle: (page) => settle(tx, workspaceId, { place: settling, omitted: page, range }) });
    if (isEnding) await each('ending', end);
    await each(isEnding ? 'asked-again' : 'asked', drop);
  }
  if (isEnding) return { ...nothing, dropped: askedAgain, endedByOmission: ending.periods, isEnding };
  return { ...nothing, dropped: omitted + askedAgain, implausible: decision.implausible };
}

async function listAgain(tx: Transaction, workspaceId: WorkspaceId, place: ImportPlace & { readonly again: number }): Promise<void> {
  const about = { at: place.at, actor: place.actor, detail: { import: place.importId } };
  let after: string | undefined;
  for (let left = place.again; left > 0; left -= BATCH) {
    const people = await peopleListedAgain(tx, workspaceId, { importId: place.importId, after, people: BATCH });
    after = people.at(-1);
    await markListed(tx, workspaceId, people);
    const records = people.map((id): RecordInput => ({ ...about, type: 'hr.person.listed', subject: { kind: 'person', id } }));
    await append(tx, workspaceId, records);
  }
}

/** Goes through what is left out, so many people at a time: there may be a million. */
async function eachPage(
  tx: Transaction,
  workspaceId: WorkspaceId,
  {
    importId,
    which,
    settle,
  }: {
    readonly importId: RosterImportId;
    readonly which: keyof typeof omissions;
    readonly settle: (page: readonly Omitted[]) => Promise<void>;
  },
): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const page = await omittedPeriods(tx, workspaceId, { importId, after, people: BATCH, which });
    if (page.length === 0) return;
    await settle(page);
    after = page.at(-1)?.personId;
  }
}

interface ToSettle {
  readonly place: ImportPlace;
  /** Of some people everything. */
  readonly omitted: readonly Omitted[];
  /** Between the import before and the one that does not name them. */
  readonly range: Range;
}

type Range = Interval & { readonly from: Instant };

async function drop(tx: Transaction, workspaceId: WorkspaceId, { place, omitted, range }: ToSettle): Promise<void> {
  const earliest = new Map<string, Range>();
  for (const each of omitted) {
    const own = rangeOf(each, range);
    const known = earliest.get(each.personId);
    if (known === undefined || own.from < known.from) earliest.set(each.personId, own);
  }
  const people = [...earliest].map(([personId, own]) => ({ personId, range: own }));
  const about = { at: place.at, actor: place.actor, detail: { import: place.importId } };
  const records = people.map(
    ({ personId, range: observed }): RecordInput => ({
      ...about,
      observed,
      type: 'hr.person.dropped',
      subject: { kind: 'person', id: personId },
    }),
  );
  const recordIds = await append(tx, workspaceId, records);
  const dropped = people.map((person, index) => ({ ...person, recordId: recordIds[index] ?? '' }));
  await markDropped(tx, workspaceId, dropped);
}

/** From HR's last word that somebody was employed. That they had left by a roster before, nobody has said. */
function rangeOf({ namedUntil }: Omitted, { from, to }: Range): Range {
  return { from: namedUntil ?? from, to };
}

async function end(tx: Transaction, workspaceId: WorkspaceId, { place, omitted, range }: ToSettle): Promise<void> {
  const about = { at: place.at, actor: place.actor };
  const ranged = omitted.map((each) => ({ ...each, range: rangeOf(each, range) }));
  const records = ranged.map((each) =>
    omittedEndRecord(each, { ...about, observed: each.range, detail: { person: each.personId, import: place.importId } }),
  );
  const recordIds = await append(tx, workspaceId, records);
  const ends = ranged.map(({ periodId, range: observed }, index) => ({ periodId, recordId: recordIds[index] ?? '', range: observed }));
  await endOmitted(tx, workspaceId, { importId: place.importId, toldAt: place.toldAt, ends });
  await settleDropped(tx, workspaceId, peopleOf(omitted));
}

/** Each person once, whatever the number of their periods. */
function peopleOf(omitted: readonly Omitted[]): readonly string[] {
  return [...new Set(omitted.map(({ personId }) => personId))];
}

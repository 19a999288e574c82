import { earliest, epochMs, type Instant, instantOf, latest, plusMs } from '../kernel/index.ts';
import {
  AUDIT_TOLERANCE_MS,
  type AuditedTurn,
  type DirectorySighting,
  judgesSince,
  type RuleEdition,
  type ScimReceipt,
  withAuditedUse,
} from '../verdict/index.ts';
import type { ProvenRecord } from './proven-record.ts';
import { objectAt, textAt } from './json-shape.ts';
import { instantOfRecord, type LedgerFacts, named, recordedAt, wasSettled } from './ledger-facts.ts';
import { accountStates, COVERAGE, stateTypes } from './state-files.ts';

/** One observation of an account, with its record. */
export interface Observed<Sighting> {
  readonly record: ProvenRecord;
  readonly sighting: Sighting;
  /** The record of the directory's audit log that says when. */
  readonly exactly: ProvenRecord | null;
  /** The complete look that last showed the state, where another follows. */
  readonly confirmedBy: CompleteLook | null;
  /** The complete look that showed it off after it was restored, or enabled. */
  readonly shownAgainBy: CompleteLook | null;
}

/** States whose beginning the audit log may tell. */
const auditedStates: readonly string[] = ['disabled', 'hard_deleted'];

const scimTypes = ['created', 'deactivated', 'reactivated', 'deleted'].map((event) => `scim.user.${event}`);

interface Reading {
  readonly facts: LedgerFacts;
  readonly cited: readonly string[];
  readonly until: Instant;
  readonly edition: RuleEdition;
}

/**
 * All that the ledger holds of a directory account's states, in time order. An entry of the audit log says when only where it is among those
 * that are cited: whether the log was read without a hole is not for us to know. What it tells of the time between two looks must be known from format 5 on.
 */
export function directoryObservations(
  accountId: string,
  { facts, cited, until, edition }: Reading,
): readonly Observed<DirectorySighting>[] {
  const about = facts.about('directory-account', accountId);
  const turns = about.filter(({ type }) => stateTypes.includes(type));
  const entries = about.filter(({ type }) => type === 'graph.account.audited');
  const seen = turns.map((record, index) => {
    const { state, from, seenFrom, notBefore } = turnOf(record);
    const entry = exactEntry({ state, notBefore, from }, entries);
    const exactly = entry !== null && cited.includes(entry.id) ? entry : null;
    const isTold = state === 'soft_deleted' && seenFrom === from;
    // What was not cited and began before the verdict was not known to it.
    const next = turns.slice(index + 1).find((turn) => cited.includes(turn.id) || turnOf(turn).from > until);
    const look = next === undefined ? undefined : lookBefore(next, facts);
    return {
      record,
      exactly,
      confirmedBy: look !== undefined && look.index > record.index ? look : null,
      shownAgainBy: null,
      sighting: {
        state,
        from: exactly === null ? from : earliest(happenedAt(exactly), from),
        seenFrom,
        to: next === undefined ? null : confirmedUntilTurn(seenFrom, next, look),
        isExact: exactly !== null || isTold,
      },
    };
  });
  const isRead = (entry: ProvenRecord) => {
    if (!judgesSince(edition, 5)) return cited.includes(entry.id) && ledTo(entry) !== 'restored';
    return cited.includes(entry.id) || wasSettled(entry, facts.asOf);
  };
  return withUseBetween(seen, entries.filter(isRead), { facts, edition });
}

/** The observations with what entries of the audit log tell of the time between two looks. */
function withUseBetween(
  seen: readonly Observed<DirectorySighting>[],
  entries: readonly ProvenRecord[],
  reading: Pick<Reading, 'edition' | 'facts'>,
): readonly Observed<DirectorySighting>[] {
  if (entries.length === 0) return seen;
  const parts = withAuditedUse(
    seen.map((observed) => ({ ...observed.sighting, observed })),
    entries.map((record) => auditedTurn(record, reading)),
  );
  return parts.map(({ by, isShownAgain, sighting: { observed, ...sighting } }) =>
    by === null
      ? { ...observed, sighting }
      : { ...observed, record: by.record, exactly: null, shownAgainBy: isShownAgain ? by.look : null, sighting },
  );
}

const turns: Readonly<Record<string, AuditedTurn['ledTo']>> = { enabled: 'use', restored: 'restored' };

interface ToldTurn extends AuditedTurn {
  readonly record: ProvenRecord;
  /** The first complete look after it, where the account was restored or enabled. */
  readonly look: CompleteLook | null;
}

function auditedTurn(record: ProvenRecord, { edition, facts }: Pick<Reading, 'edition' | 'facts'>): ToldTurn {
  const at = happenedAt(record);
  const turn = turns[ledTo(record)] ?? 'off';
  const isLookedFor = turn !== 'off' && judgesSince(edition, 5);
  const after = isLookedFor ? completeLooks(connectionOf(record), facts).find(({ confirmedUntil }) => confirmedUntil >= at) : undefined;
  return {
    record,
    at,
    ledTo: turn,
    look: after ?? null,
    shownNext: after === undefined ? null : { seenFrom: after.confirmedUntil, from: after.lookedTo },
  };
}

function ledTo(entry: ProvenRecord): string {
  return textAt(objectAt(entry.leaf['after'], `what ${named(entry)} says`)['state'], 'state');
}

interface Turn {
  readonly state: DirectorySighting['state'];
  readonly notBefore: Instant | null;
  readonly seenFrom: Instant;
  readonly from: Instant;
}

function turnOf(record: ProvenRecord): Turn {
  const after = objectAt(record.leaf['after'], `what ${named(record)} says`);
  const observed = objectAt(record.leaf['observed'], `what ${named(record)} observed`);
  const state = accountStates.find((each) => each === after['state']);
  if (state === undefined) throw new TypeError(`${named(record)} tells a state that is none`);
  const notBefore = observed['from'] ?? null;
  return {
    state,
    notBefore: notBefore === null ? null : instantOfRecord(notBefore, record),
    seenFrom: instantOfRecord(objectAt(record.leaf['detail'], `the detail of ${named(record)}`)['seen_from'], record),
    from: instantOfRecord(observed['to'], record),
  };
}

/**
 * The entry of the directory's audit log that says when a state began: the last one before the answer that showed it, else the last one after, as
 * far as clocks and replicas may differ. None where another change came in between, or the last one led elsewhere.
 */
function exactEntry({ state, notBefore, from }: Omit<Turn, 'seenFrom'>, entries: readonly ProvenRecord[]): ProvenRecord | null {
  if (!auditedStates.includes(state)) return null;
  const near = entries
    .map((record) => ({ record, at: happenedAt(record), ledTo: ledTo(record) }))
    .filter(({ at }) => (notBefore === null || at > plusMs(notBefore, -AUDIT_TOLERANCE_MS)) && at <= plusMs(from, AUDIT_TOLERANCE_MS));
  const inOrder = near.toSorted((a, b) => Number(a.at > from) - Number(b.at > from) || epochMs(b.at) - epochMs(a.at));
  const [best] = inOrder;
  const isTold = best?.ledTo === state && near.every((entry) => entry.ledTo === state || entry.at <= from);
  return isTold ? best.record : null;
}

function happenedAt(record: ProvenRecord): Instant {
  return instantOfRecord(objectAt(record.leaf['observed'], `what ${named(record)} observed`)['to'], record);
}

/**
 * Until when the state before a turn still held: what the last complete look before it proves, but not past the directory's own word on when the
 * account was deleted.
 */
function confirmedUntilTurn(seenFrom: Instant, next: ProvenRecord, look: CompleteLook | undefined): Instant {
  const turn = turnOf(next);
  const bounds = [look?.confirmedUntil, turn.seenFrom === turn.from ? turn.from : undefined].filter((bound) => bound !== undefined);
  const [first, ...more] = bounds;
  return first === undefined ? seenFrom : latest(seenFrom, more.reduce(earliest, first));
}

/** The last complete look before the one that showed a turn. */
function lookBefore(next: ProvenRecord, facts: LedgerFacts): CompleteLook | undefined {
  const { run } = objectAt(next.leaf['detail'], `the detail of ${named(next)}`);
  return completeLooks(connectionOf(next), facts)
    .filter((look) => look.index < next.index && look.run !== run)
    .at(-1);
}

/** A complete look at a directory: every state that goes on still held then, less what replicas and clocks may differ by. */
export interface CompleteLook {
  /** The place of its record. */
  readonly index: number;
  readonly connectionId: string;
  readonly run: unknown;
  readonly recordedAt: Instant;
  readonly confirmedUntil: Instant;
  /** When its last answer came. */
  readonly lookedTo: Instant;
  /** The hash of its state file, in hex. */
  readonly statesSha256: string;
  /** Whether a verdict of that instant must have known it. */
  isSettledBy(instant: Instant): boolean;
}

export function completeLooks(connectionId: string, facts: LedgerFacts): readonly CompleteLook[] {
  return facts
    .about('directory-connection', connectionId)
    .filter(({ type }) => type === COVERAGE)
    .map((record) => {
      const {
        run,
        confirmed_until: confirmedUntil,
        states_sha256: statesSha256,
      } = objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
      return {
        index: record.index,
        connectionId,
        run,
        recordedAt: recordedAt(record),
        confirmedUntil: instantOfRecord(confirmedUntil, record),
        lookedTo: instantOfRecord(objectAt(record.leaf['observed'], `what ${named(record)} observed`)['to'], record),
        statesSha256: textAt(statesSha256, `states_sha256 of ${named(record)}`),
        isSettledBy: (instant) => wasSettled(record, instant),
      };
    });
}

/** The connection by which a directory account is known. */
export function connectionOf(record: ProvenRecord): string {
  return textAt(objectAt(record.leaf['detail'], `the detail of ${named(record)}`)['connection'], 'connection');
}

/** All that the ledger holds of a SCIM user's states, in time order. A receipt is no earlier than any before it, though a clock may step back. */
export function scimObservations(userId: string, facts: LedgerFacts): readonly Observed<ScimReceipt>[] {
  let at = instantOf(0);
  return facts.about('scim-user', userId).flatMap((record) => {
    at = latest(at, recordedAt(record));
    if (!scimTypes.includes(record.type)) return [];
    const { active, deleted } = objectAt(record.leaf['after'], `what ${named(record)} says`);
    return [
      {
        record,
        exactly: null,
        confirmedBy: null,
        shownAgainBy: null,
        sighting: { active: active === true, deleted: deleted === true, from: at },
      },
    ];
  });
}

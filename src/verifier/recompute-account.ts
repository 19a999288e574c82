import { type Instant, latest } from '../kernel/index.ts';
import {
  type DirectorySighting,
  type DirectoryState,
  directoryStateOf,
  directoryWindow,
  type InstantRange,
  type MayBeBack,
  type ObservedWindow,
  type RuleEdition,
  type ScimState,
  scimStateOf,
  scimWindow,
  type TimingInput,
  type WindowInstants,
} from '../verdict/index.ts';
import { objectAt, textAt } from './json-shape.ts';
import { type LedgerFacts, named, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import type { CitingSystem } from './read-citing-unit.ts';
import {
  type CompleteLook,
  completeLooks,
  connectionOf,
  directoryObservations,
  type Observed,
  scimObservations,
} from './read-observations.ts';
import { isSeen } from './read-report.ts';
import { same } from './same-value.ts';
import { stateTypes } from './state-files.ts';

/** A linked account of somebody whose employment ended. */
export type JudgedSystem = CitingSystem & { readonly timing: TimingInput; readonly accountId: string };

/** What the records say of an account, and in what the report differs. */
export interface DerivedAccount {
  readonly window: ObservedWindow;
  readonly state: DirectoryState | ScimState;
  /** Of the end of access: when it was first proven, and whether access came back. */
  readonly wrongEnd: readonly string[];
  /** Of the last use that was proven. */
  readonly wrongUse: readonly string[];
  /** How well the window is known (evidence §1.3): A our own receipt, B the directory's own time, C between two looks, X nothing was observed. */
  readonly grade: 'A' | 'B' | 'C' | 'X';
  /** The complete looks that showed it in its states. */
  readonly looks: readonly CompleteLook[];
}

interface Around {
  readonly end: InstantRange;
  readonly facts: LedgerFacts;
  readonly edition: RuleEdition;
}

/** Derives an account's instants and state from the observation records that it cites, by the rules of the server. */
export function recomputeAccount(system: JudgedSystem, around: Around): DerivedAccount {
  const derived = system.system === 'directory' ? recomputeDirectory(system, around) : recomputeScim(system, around);
  if (around.edition !== 'before-3') return derived;
  const { isContradicted: _notSaidThen, ...window } = derived.window;
  return { ...derived, window };
}

function recomputeDirectory(system: JudgedSystem, around: Around): DerivedAccount {
  const { edition, end, facts } = around;
  const { evaluatedAt: until, mayBeEmployedFrom } = system.timing;
  const before = earlierAccounts(system, around);
  const { known, wrong } = citedOnly([...before.seen, ...observationsOf(system.accountId, system, around)], system, facts);
  const looks = looksShowing(known, facts);
  const lookedAt = looks.map(({ confirmedUntil }) => confirmedUntil);
  const windows = confirmations(known, { facts, until }).map((confirmedBy) => ({
    confirmedBy,
    window: directoryWindow(
      known.filter(({ shownAgainBy }) => isKnownBy(confirmedBy, shownAgainBy)).map(({ sighting }) => sighting),
      end,
      { confirmedUntil: confirmedBy?.confirmedUntil ?? until, until, mayBeEmployedFrom, looks: lookedAt, edition },
    ),
  }));
  const state = directoryStateOf(
    known.map(({ sighting }) => sighting),
    edition,
  );
  return compare(system, { windows, state, known, looks, wrong: [...before.wrong, ...wrong, ...misplaced(system, known)] });
}

/** The complete looks of the connections that showed an account, in time order. */
function looksShowing(known: readonly Observed<DirectorySighting>[], facts: LedgerFacts): readonly CompleteLook[] {
  const connections = new Set(known.map(({ record }) => connectionOf(record)));
  return [...connections].flatMap((id) => completeLooks(id, facts)).toSorted((a, b) => (a.confirmedUntil < b.confirmedUntil ? -1 : 1));
}

/** Whether a verdict that knew one look may have known another. */
function isKnownBy(last: CompleteLook | null, look: CompleteLook | null): boolean {
  return look === null || (last !== null && look.index <= last.index);
}

/** By which connection's looks it is asked when nobody looked; reports of before do not say which shows it. */
function misplaced({ accountId, connectionId }: JudgedSystem, known: readonly Observed<DirectorySighting>[]): readonly string[] {
  const own = known.find(({ record }) => accountOf(record) === accountId)?.record;
  if (own === undefined || connectionId === undefined || connectionOf(own) === connectionId) return [];
  return [`its directory account ${accountId} is given as shown by connection ${connectionId}; ${named(own)} is of ${connectionOf(own)}`];
}

function observationsOf(
  accountId: string,
  { evidence, timing }: JudgedSystem,
  { edition, facts }: Around,
): readonly Observed<DirectorySighting>[] {
  return directoryObservations(accountId, { facts, cited: evidence, until: timing.evaluatedAt, edition });
}

interface EarlierAccounts {
  readonly seen: readonly Observed<DirectorySighting>[];
  readonly wrong: readonly string[];
}

/**
 * What earlier connections of the tenant saw of the same object, by the observations that are cited beside the account's own. Which account is the same
 * object is the report's word, as whose it is; that the tenant is the same follows from the records of the connections.
 */
function earlierAccounts(system: JudgedSystem, around: Around): EarlierAccounts {
  const { facts } = around;
  const cited = system.evidence.flatMap((id) => facts.record(id) ?? []).filter(({ type }) => stateTypes.includes(type));
  const others = new Set(cited.map(accountOf).filter((id) => id !== system.accountId));
  const own = cited.find((record) => accountOf(record) === system.accountId);
  const seen = [...others].map((accountId) => observationsOf(accountId, system, around));
  const inOrder = seen.toSorted(([a], [b]) => (a?.record.index ?? 0) - (b?.record.index ?? 0));
  const isElsewhere = ([first]: readonly Observed<DirectorySighting>[]) =>
    first === undefined || own === undefined || tenantOf(first.record, facts) !== tenantOf(own, facts);
  return {
    seen: inOrder.flatMap((account) => account.map((each) => endedWithConnection(each, facts))),
    wrong: inOrder
      .filter(isElsewhere)
      .map(
        ([first]) =>
          `its directory account ${system.accountId} cites ${first === undefined ? 'observations' : named(first.record)} of another tenant`,
      ),
  };
}

/** What went on when its connection ended was confirmed by the last complete look of that connection. */
function endedWithConnection(observed: Observed<DirectorySighting>, facts: LedgerFacts): Observed<DirectorySighting> {
  const { record, sighting } = observed;
  if (sighting.to !== null) return observed;
  const look = completeLooks(connectionOf(record), facts).at(-1);
  const confirmedBy = look !== undefined && look.index > record.index ? look : null;
  return { ...observed, confirmedBy, sighting: { ...sighting, to: latest(sighting.seenFrom, look?.confirmedUntil ?? sighting.seenFrom) } };
}

function accountOf({ leaf, index }: ProvenRecord): string {
  return textAt(objectAt(leaf['subject'], `the subject of record ${index}`)['id'], 'the id of an account');
}

/** Undefined where the log does not tell of the connection. */
function tenantOf(record: ProvenRecord, facts: LedgerFacts): unknown {
  const added = facts.about('directory-connection', connectionOf(record)).find(({ type }) => type === 'directory.connection.added');
  return added === undefined ? undefined : objectAt(added.leaf['after'], `what ${named(added)} adds`)['tenant_id'];
}

function recomputeScim(system: JudgedSystem, { end, facts }: Around): DerivedAccount {
  const { evaluatedAt: until, mayBeEmployedFrom } = system.timing;
  const { known, wrong } = citedOnly(scimObservations(system.accountId, facts), system, facts);
  const receipts = known.map(({ sighting }) => sighting);
  return compare(system, {
    windows: [{ window: scimWindow(receipts, end, { until, mayBeEmployedFrom }), confirmedBy: null }],
    state: scimStateOf(receipts.at(-1)),
    known,
    looks: [],
    wrong,
  });
}

/** The observations that are cited, and a sentence for each that the verdict must have known and does not cite. */
function citedOnly<Sighting extends { readonly from: Instant }>(
  all: readonly Observed<Sighting>[],
  { evidence, timing, accountId, system }: JudgedSystem,
  { asOf }: LedgerFacts,
): { readonly known: readonly Observed<Sighting>[]; readonly wrong: readonly string[] } {
  const within = all.filter(({ sighting }) => sighting.from <= timing.evaluatedAt);
  const known = within.filter(({ record }) => evidence.includes(record.id));
  const missing = within.filter(({ record }) => !evidence.includes(record.id) && wasSettled(record, asOf));
  return {
    known,
    wrong: missing.map(({ record }) => `its ${system} account ${accountId} does not cite ${named(record)}, which tells of it`),
  };
}

/**
 * Until when a state that goes on is confirmed: by the last complete look that the ledger records before the report, or before the verdict where that
 * is older; by the one before, where that look may not have been written to its end when the verdict was reached.
 */
function confirmations(
  known: readonly Observed<DirectorySighting>[],
  { facts, until }: { readonly facts: LedgerFacts; readonly until: Instant },
): readonly [CompleteLook | null, ...CompleteLook[]] {
  const last = known.at(-1);
  const looks = last === undefined ? [] : completeLooks(connectionOf(last.record), facts);
  const before = (instant: Instant): readonly CompleteLook[] => looks.filter(({ recordedAt }) => recordedAt <= instant);
  const candidates = [facts.asOf, until].flatMap((instant) => {
    const [latest, previous] = before(instant).toReversed();
    return [latest, ...(latest !== undefined && latest.isSettledBy(instant) ? [] : [previous])];
  });
  const [first, ...more] = candidates.filter((look) => look !== undefined);
  return first === undefined ? [null] : [first, ...more];
}

interface Found {
  /** One for each look that may have been the last. */
  readonly windows: readonly { readonly window: ObservedWindow; readonly confirmedBy: CompleteLook | null }[];
  readonly state: DirectoryState | ScimState;
  readonly known: readonly Observed<{ readonly from: Instant; readonly isExact?: boolean }>[];
  /** All of its directory. */
  readonly looks: readonly CompleteLook[];
  readonly wrong: readonly string[];
}

function compare(system: JudgedSystem, { windows, state, known, looks, wrong }: Found): DerivedAccount {
  const { timing, accountId } = system;
  const claimed = windowOf(timing);
  const { window, confirmedBy } = windows.find((each) => same(windowOf(each.window), claimed)) ??
    windows[0] ?? { window: claimed, confirmedBy: null };
  const by = known
    .map(({ record, exactly }) => [record, exactly].flatMap((each) => (each === null ? [] : [each.index])).join(' and '))
    .join(', ');
  const differing = (what: string, name: keyof WindowInstants): readonly string[] =>
    claimed[name] === window[name]
      ? []
      : [`its ${system.system} account ${accountId} ${what} ${claimed[name] ?? 'never'}; records ${by} give ${window[name] ?? 'never'}`];
  return {
    window,
    grade: gradeOf(system, window, known),
    state: isSeen(system.state, state) ? system.state : state,
    wrongEnd: [
      ...wrong,
      ...differing('is given as first proven unusable', 'firstProvenUnusable'),
      ...differing('is given as proven usable again', 'provenUsableAgain'),
      ...(same(claimed.mayBeBack ?? null, window.mayBeBack ?? null)
        ? []
        : [
            `its ${system.system} account ${accountId} is given as ${backText(claimed.mayBeBack)}; records ${by} give ${backText(window.mayBeBack)}`,
          ]),
      ...(isSeen(system.state, state)
        ? []
        : [`its ${system.system} account ${accountId} is given as ${system.state}; records ${by} give ${state}`]),
    ],
    wrongUse: differing('is given as last proven usable', 'lastProvenUsable'),
    looks: [...looksOf(known, confirmedBy), ...looks.filter(({ confirmedUntil }) => confirmedUntil === window.lastProvenUsable)],
  };
}

function gradeOf(
  { system }: JudgedSystem,
  { firstProvenUnusable, lastProvenUsable }: ObservedWindow,
  known: Found['known'],
): DerivedAccount['grade'] {
  if (firstProvenUnusable === null && lastProvenUsable === null) return 'X';
  if (system === 'scim') return 'A';
  return known.some(({ sighting: { from, isExact } }) => isExact === true && from === firstProvenUnusable) ? 'B' : 'C';
}

/** Those that verdicts rest on: a look before an account was first seen shows nothing of it. */
function looksOf(known: Found['known'], lastly: CompleteLook | null): readonly CompleteLook[] {
  const last = known.at(-1);
  const isConfirming = lastly !== null && last !== undefined && lastly.index > last.record.index;
  const shown = known.flatMap(({ confirmedBy, shownAgainBy }) => [confirmedBy, shownAgainBy].filter((look) => look !== null));
  return [...shown, ...(isConfirming ? [lastly] : [])];
}

function windowOf({ lastProvenUsable, firstProvenUnusable, provenUsableAgain, mayBeBack }: ObservedWindow): ObservedWindow {
  return { lastProvenUsable, firstProvenUnusable, provenUsableAgain, ...(mayBeBack !== undefined && { mayBeBack }) };
}

function backText(back: MayBeBack | undefined): string {
  return back === undefined
    ? 'surely off since'
    : `perhaps back since ${back.since} (${back.because}), else off by ${back.firstProvenUnusable ?? 'no instant'}`;
}

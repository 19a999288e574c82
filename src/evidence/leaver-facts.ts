import type { Instant, LedgerRecordId } from '../kernel/index.ts';
import { confidenceOf, type ReportSystem, type ReportUnit } from '../reconciliation/index.ts';
import { distinctStretches } from '../verdict/index.ts';
import type { Actor } from './actors-of.ts';
import { type LedgerPlaces, placesOfInstant } from './ledger-telling.ts';
import type { ReportContent } from './report-document.ts';
import { leafPlaces } from './report-tables.ts';
import { takenMeanings } from './report-taken-page.ts';
import { actorText } from './shown-named.ts';
import { judgingPolicies } from './spell-arithmetic.ts';

/** One thing that happened to a leaver, or was seen, and where the ledger says so. */
export interface LeaverFact {
  readonly at: Instant;
  /** Its other end, where it is only known to lie between two instants. */
  readonly until: Instant | null;
  readonly what: string;
  readonly source: string;
  /** Places in the ledger. */
  readonly places: readonly number[];
}

/** What the facts of a leaver are told with. */
export interface FactsAround extends LedgerPlaces {
  readonly policies: ReportContent['policies'];
  readonly actors: readonly Actor[];
}

/** The facts of a leaver in order of time. */
export function factsOf(unit: ReportUnit, around: FactsAround): readonly LeaverFact[] {
  return [
    ...hrFacts(unit, around),
    ...policyFacts(unit, around),
    ...unit.systems.flatMap((system) => accountFacts(unit, system, around)),
    ...blindFacts(unit),
  ].sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}

/** HR's word on the employment. */
export function placesOfEnd({ evidence }: ReportUnit, { indexes }: LedgerPlaces): readonly number[] {
  return leafPlaces(evidence.slice(0, 1), indexes);
}

/** The policies that the deadline comes from. */
export function placesOfPolicies(unit: ReportUnit, { policies, indexes }: FactsAround): readonly number[] {
  return leafPlaces(
    judgingPolicies(unit, policies).map(({ recordId }) => recordId),
    indexes,
  );
}

function hrFacts(unit: ReportUnit, around: FactsAround): readonly LeaverFact[] {
  const { period, end, evidence } = unit;
  const places = placesOfEnd(unit, around);
  const recordedAt = period?.hrRecordedAt ?? null;
  const told = recordedAt === null ? [] : [{ at: recordedAt, until: null, what: 'HR told the end', source: 'roster', places }];
  const ended =
    end === null
      ? []
      : [{ at: end.earliest, until: end.latest, what: 'the employment ended', source: `roster, ${period?.timeZone ?? ''}`, places }];
  const dropped = evidence.flatMap((id): readonly LeaverFact[] => {
    const record = around.telling.records.get(id);
    if (record?.type !== 'hr.person.dropped') return [];
    const what = 'a roster no longer named the person';
    return [{ at: record.recordedAt, until: null, what, source: 'roster', places: leafPlaces([id], around.indexes) }];
  });
  return [...told, ...ended, ...dropped];
}

function policyFacts(unit: ReportUnit, around: FactsAround): readonly LeaverFact[] {
  const { deadline, deadlineSinceTold } = unit;
  const places = placesOfPolicies(unit, around);
  const due = (range: ReportUnit['deadline'], what: string): readonly LeaverFact[] =>
    range === null ? [] : [{ at: range.earliest, until: range.latest, what, source: 'policy', places }];
  return [
    ...due(deadline, 'access had to be gone'),
    ...due(deadlineSinceTold, 'access would have had to be gone, had the time run since we were told (no verdict goes by it)'),
  ];
}

/** Each stretch once, whatever accounts it left in doubt; one that goes on has no other end. */
function blindFacts({ systems }: ReportUnit): readonly LeaverFact[] {
  return distinctStretches(systems.flatMap(({ blind }) => blind ?? [])).map(({ because, connectionId, from, gapId, to }) => ({
    at: from,
    until: to,
    what: `${connectionId === null ? 'no directory was connected' : 'nobody looked at the whole directory'}${to === null ? ' from then on' : ''}: ${because}`,
    source: `coverage, ${gapId}`,
    places: [],
  }));
}

const doubts: Readonly<Partial<Record<ReportSystem['standing'], string>>> = {
  candidate: ', which may be somebody else’s',
  barred: ', said afterwards not to be theirs',
  classed: ', classed as nobody’s own since',
};

function accountFacts(unit: ReportUnit, system: ReportSystem, around: FactsAround): readonly LeaverFact[] {
  const { accountId, grade, timing, standing } = system;
  if (accountId === null) return [];
  const of = accountName(unit, system);
  const said = [...takenFacts(of, system, around), ...linkFacts(of, system, around), ...sessionFacts(of, accountId, around)];
  if (timing === null) return said;
  const fact = (at: Instant | null, what: string): readonly LeaverFact[] => {
    if (at === null) return [];
    const source = `${system.system}, grade ${grade}`;
    return [{ at, until: null, what: `${of}${doubts[standing] ?? ''}: ${what}`, source, places: placesOfInstant(system, at, around) }];
  };
  return [
    ...said,
    ...fact(timing.lastProvenUsable, 'last proven usable'),
    ...fact(timing.firstProvenUnusable, 'first proven unusable'),
    ...fact(timing.provenUsableAgain, 'usable again'),
  ];
}

/** By its system, and by its name where the leaver has several there. */
export function accountName({ systems }: ReportUnit, { system, account, accountId }: ReportSystem): string {
  const isOnly = systems.filter((each) => each.system === system && each.accountId !== null).length === 1;
  return isOnly || accountId === null ? `${system} account` : `${system} account ${account ?? accountId}`;
}

function takenFacts(of: string, { taken, evidence }: ReportSystem, { actors, indexes, telling }: FactsAround): readonly LeaverFact[] {
  if (taken === null) return [];
  const { at, because, requestedBy, approvedBy, reason } = taken;
  const deciding = evidence.filter((id) => telling.records.get(id)?.recordedAt === at);
  const places = leafPlaces(deciding.length > 0 ? deciding : evidence.slice(1, 2), indexes);
  const approved = approvedBy === null ? 'nobody' : actorText(approvedBy, { actors });
  const what = `${of}: ${takenMeanings[because]} (asked for by ${actorText(requestedBy, { actors })}, approved by ${approved}): ${reason}`;
  return [{ at, until: null, what, source: 'a human’s word', places }];
}

/** What records of links say, of those that an account cites. */
const linkWords: Readonly<Record<string, string>> = {
  'match.linked': 'linked to the person',
  'match.ambiguous': 'found to be perhaps the person’s, among others,',
  'match.barred': 'said not to be the person’s,',
};

function linkFacts(of: string, system: ReportSystem, { indexes, telling }: FactsAround): readonly LeaverFact[] {
  return system.evidence.flatMap((id: LedgerRecordId) => {
    const record = telling.records.get(id);
    const words = record === undefined ? undefined : linkWords[record.type];
    if (record === undefined || words === undefined) return [];
    const what = `${of}: ${words} by ${matchWords(system)}`;
    return [{ at: record.recordedAt, until: null, what, source: 'matching', places: leafPlaces([id], indexes) }];
  });
}

/** The rule by which an account is held to be somebody’s, and how sure that is: `M3 (strong)`. What the rules go by is said once. */
export function matchWords({ matchRule, standing }: ReportSystem): string {
  if (matchRule === null) return 'no rule';
  const confidence = confidenceOf({ rule: matchRule, standing: standing === 'candidate' ? 'ambiguous' : 'linked' });
  return `${matchRule} (${confidence ?? 'possible, among others'})`;
}

function sessionFacts(of: string, accountId: string, { telling }: FactsAround): readonly LeaverFact[] {
  return (telling.endedSessions.get(accountId) ?? []).map(({ at, index }) => ({
    at,
    until: null,
    what: `${of}: sessions and API tokens ended`,
    source: 'scim, grade A',
    places: [index],
  }));
}

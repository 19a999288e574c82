import { type Instant, parseInstant } from '../kernel/index.ts';
import {
  assignments,
  type Behind,
  behinds,
  type BlindStretch,
  classifications,
  type DirectoryState,
  directoryStates,
  employments,
  type InstantRange,
  matches,
  type MayBeBack,
  privileges,
  propagations,
  type RoleStanding,
  roleStandings,
  rosterStandings,
  type ScimState,
  type StateVector,
  scimStates,
  type TimingInput,
  timingOutcomes,
  type WindowInstants,
} from '../verdict/index.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';

/** What the verifier needs to know of one unit of the report, to judge it again. */
export interface ReportedUnit {
  readonly id: string;
  readonly vector: StateVector;
  readonly end: InstantRange | null;
  readonly deadline: InstantRange | null;
  readonly systems: readonly ReportedSystem[];
  /** As the report has them, to be compared with what comes out. */
  readonly claimed: {
    readonly rule: unknown;
    readonly verdict: unknown;
    readonly effect: unknown;
    readonly all: unknown;
    readonly sentence: unknown;
  };
  readonly evidence: readonly string[];
}

/**
 * A candidate may be somebody else's account: it is listed, and nothing is judged by it. One that a human barred after the employment had ended is
 * judged, and the verdict is that of the others; one that was classed as nobody's own since counts. What two people took from the person before is listed alone.
 */
const standings = ['linked', 'classed', 'candidate', 'barred', 'released', 'none'] as const;
export type AccountStanding = (typeof standings)[number];

/** Whether the verdict goes by it. */
export function isCounted({ standing }: { readonly standing: AccountStanding }): boolean {
  return standing !== 'candidate' && standing !== 'barred' && standing !== 'released';
}

export interface ReportedSystem {
  readonly system: 'directory' | 'scim';
  readonly standing: AccountStanding;
  readonly state: DirectoryState | ScimState;
  readonly timing: TimingInput | null;
  readonly judged: unknown;
  /** Of one of several accounts: what is behind a SCIM user, and its own role. */
  readonly behind?: Behind;
  readonly role?: RoleStanding;
  /** Which connection shows it, and when nobody looked, as the report has it; left out: it says nothing of it. */
  readonly connectionId?: string;
  readonly blind?: readonly BlindStretch[];
}

/** Reads a unit of the report strictly: a word that the decision table does not know is a TypeError, not a guess. */
export function readUnit(value: unknown): ReportedUnit {
  const unit = objectAt(value, 'the finding');
  return {
    id: textAt(unit['id'], 'id'),
    vector: vectorAt(unit['vector']),
    end: rangeOrNull(unit['end'], 'end'),
    deadline: rangeOrNull(unit['deadline'], 'deadline'),
    systems: listAt(unit['systems'], 'systems').map(systemAt),
    claimed: { rule: unit['rule'], verdict: unit['verdict'], effect: unit['effect'], all: unit['all'], sentence: unit['sentence'] },
    evidence: listAt(unit['evidence'], 'evidence').map((id) => textAt(id, 'evidence')),
  };
}

function systemAt(value: unknown): ReportedSystem {
  const given = objectAt(value, 'system');
  const system = wordAt(given, 'system', ['directory', 'scim'] as const);
  return {
    system,
    standing: wordAt(given, 'standing', standings),
    state: system === 'directory' ? wordAt(given, 'state', directoryStates) : wordAt(given, 'state', scimStates),
    timing: given['timing'] === null ? null : timingAt(given['timing']),
    judged: given['judged'],
    ...(given['behind'] !== undefined && { behind: wordAt(given, 'behind', behinds) }),
    ...(given['role'] !== undefined && { role: wordAt(given, 'role', roleStandings) }),
    ...(given['connectionId'] !== undefined && { connectionId: textAt(given['connectionId'], 'connectionId') }),
    ...(given['blind'] !== undefined && { blind: listAt(given['blind'], 'blind').map(stretchAt) }),
  };
}

function stretchAt(value: unknown): BlindStretch {
  const { because, connectionId, from, gapId, to } = objectAt(value, 'blind');
  return {
    gapId: textAt(gapId, 'blind.gapId'),
    connectionId: connectionId === null ? null : textAt(connectionId, 'blind.connectionId'),
    from: instantAt(from, 'blind.from'),
    to: instantOrNull(to, 'blind.to'),
    because: textAt(because, 'blind.because'),
  };
}

/** When nobody looked, as far as it left in doubt or widened what the verdict goes by. */
export function blindOf(systems: readonly ReportedSystem[]): readonly BlindStretch[] {
  return systems.filter(isCounted).flatMap(({ blind }) => blind ?? []);
}

function vectorAt(value: unknown): StateVector {
  const vector = objectAt(value, 'vector');
  const standing = {
    classification: wordAt(vector, 'classification', classifications),
    match: wordAt(vector, 'match', matches),
    roster: vector['roster'] === undefined ? 'LISTED' : wordAt(vector, 'roster', rosterStandings), // reports of old say nothing of it
    directory: wordAt(vector, 'directory', directoryStates),
    scim: wordAt(vector, 'scim', scimStates),
    assigned: wordAt(vector, 'assigned', assignments),
    propagation: wordAt(vector, 'propagation', propagations),
    ...(vector['behind'] !== undefined && { behind: wordAt(vector, 'behind', behinds) }),
    role: vector['role'] === undefined ? 'NONE' : wordAt(vector, 'role', roleStandings), // nor of roles
    privileged: vector['privileged'] === undefined ? 'NO' : wordAt(vector, 'privileged', privileges),
  };
  const employment = wordAt(vector, 'employment', employments);
  if (employment === 'ENDED') {
    return {
      ...standing,
      employment,
      directoryTiming: wordAt(vector, 'directoryTiming', timingOutcomes),
      scimTiming: wordAt(vector, 'scimTiming', timingOutcomes),
    };
  }
  if (vector['directoryTiming'] !== null || vector['scimTiming'] !== null) throw new TypeError('an employment that goes on has a timing');
  return { ...standing, employment, directoryTiming: null, scimTiming: null };
}

function timingAt(value: unknown): TimingInput {
  const timing = objectAt(value, 'timing');
  return {
    neverHadAccount: booleanAt(timing, 'neverHadAccount'),
    end: rangeAt(timing['end'], 'timing.end'),
    deadline: rangeAt(timing['deadline'], 'timing.deadline'),
    ...windowAt(timing),
    evaluatedAt: instantAt(timing['evaluatedAt'], 'evaluatedAt'),
    ...(timing['mayBeEmployedFrom'] !== undefined && { mayBeEmployedFrom: instantAt(timing['mayBeEmployedFrom'], 'mayBeEmployedFrom') }),
    ...(timing['isContradicted'] === true && { isContradicted: true }),
    ...(timing['mayBeBack'] !== undefined && { mayBeBack: mayBeBackAt(timing['mayBeBack']) }),
    covered: booleanAt(timing, 'covered'),
  };
}

function windowAt(timing: JsonObject): WindowInstants {
  return {
    lastProvenUsable: instantOrNull(timing['lastProvenUsable'], 'lastProvenUsable'),
    firstProvenUnusable: instantOrNull(timing['firstProvenUnusable'], 'firstProvenUnusable'),
    provenUsableAgain: instantOrNull(timing['provenUsableAgain'], 'provenUsableAgain'),
  };
}

function mayBeBackAt(value: unknown): MayBeBack {
  const back = objectAt(value, 'mayBeBack');
  return {
    because: wordAt(back, 'because', ['restored', 'enabled', 'vanished']),
    since: instantAt(back['since'], 'mayBeBack.since'),
    ...windowAt(back),
  };
}

function rangeAt(value: unknown, where: string): InstantRange {
  const range = objectAt(value, where);
  return { earliest: instantAt(range['earliest'], where), latest: instantAt(range['latest'], where) };
}

function rangeOrNull(value: unknown, where: string): InstantRange | null {
  return value === null ? null : rangeAt(value, where);
}

/** When what a report says of its period was read: when it was frozen, or sealed where it never was. */
export function madeAt({ createdAt, frozen }: JsonObject): unknown {
  return isObject(frozen) ? frozen['at'] : createdAt;
}

/** Only the one way of writing an instant in which text order is time order. */
export function instantAt(value: unknown, where: string): Instant {
  const text = textAt(value, where);
  const instant = parseInstant(text);
  if (instant === undefined || instant !== text) throw new TypeError(`${where} is not an instant`);
  return instant;
}

function instantOrNull(value: unknown, where: string): Instant | null {
  return value === null ? null : instantAt(value, where);
}

function booleanAt(object: JsonObject, name: string): boolean {
  const value = object[name];
  if (typeof value !== 'boolean') throw new TypeError(`${name} is neither true nor false`);
  return value;
}

function wordAt<Word extends string>(object: JsonObject, name: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === object[name]);
  if (word === undefined) throw new TypeError(`${name} is none of ${words.join(', ')}`);
  return word;
}

/** Whether a finding is on somebody whose employment ended within the report's period. */
export function hasLeft(unit: unknown, { periodStart, periodEnd }: JsonObject): boolean {
  const end = isObject(unit) && isObject(unit['end']) ? unit['end']['earliest'] : undefined;
  return typeof end === 'string' && end >= String(periodStart) && end < String(periodEnd);
}

/** A source that was not looked at of late says nothing of now, whatever was seen last. */
export function isSeen(claimed: DirectoryState | ScimState, seen: DirectoryState | ScimState): boolean {
  return claimed === seen || (claimed === 'UNKNOWN' && (seen === 'ENABLED' || seen === 'DISABLED'));
}

import type { Instant } from '../kernel/index.ts';
import { isSince } from './check-conclusion.ts';
import { type JsonObject, isObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type Problem, problem } from './problem.ts';
import { instantAt } from './read-report.ts';

/**
 * What a human took from somebody after their employment had ended stands with it in their finding, judged and not counted: without that line the verdict
 * would be that of the others, and nothing in it would say so. Of reports from format 4 on, which leave no such line out. Throws TypeError for what is no report.
 */
export function checkTaken(report: JsonObject): readonly Problem[] {
  const asOf = instantAt(report['asOf'], 'asOf');
  const findings = listAt(report['findings'], 'findings').flatMap(endedOf);
  return listAt(report['takenAccounts'], 'takenAccounts')
    .flatMap((row) => takenFrom(objectAt(row, 'a taken account')))
    .filter(({ takenAt }) => takenAt < asOf)
    .flatMap(({ accountId, personId, system, takenAt }) =>
      findings
        .filter((finding) => finding.personId === personId && finding.end <= takenAt)
        // A SCIM user that was made in the person's next employment is none of the one before.
        .filter(({ readUntil }) => system !== 'scim' || (readUntil !== null && takenAt <= readUntil))
        .filter(({ accountIds }) => !accountIds.has(accountId))
        .map(({ id }) =>
          problem(
            'verdict',
            `finding ${id}: it does not list the ${system} account ${accountId}, which was taken from the person at ${takenAt}`,
          ),
        ),
    );
}

/**
 * Nothing is judged by an account that two people took from the person before the employment ended, so that its line must say who they were, and when; and the
 * report lists it where that was within its period. No format before 4 has such lines. Throws TypeError for what is no report.
 */
export function checkReleased(report: JsonObject): readonly Problem[] {
  const known = new Set(
    report['takenAccounts'] === undefined
      ? []
      : listAt(report['takenAccounts'], 'takenAccounts').map((row) => keyOf(objectAt(row, 'a taken account'))),
  );
  return listAt(report['findings'], 'findings').flatMap((value) => {
    const finding = objectAt(value, 'a finding');
    const released = listAt(finding['systems'], 'systems')
      .map((each) => objectAt(each, 'system'))
      .filter(({ standing }) => standing === 'released');
    return released
      .filter(
        (line) => !isReleased(line, finding, report) || (isWithin(line, report) && !known.has(keyOf({ ...line, id: decisionOf(line) }))),
      )
      .map(({ accountId, system }) =>
        problem(
          'verdict',
          `finding ${String(finding['id'])}: nothing shows that the ${String(system)} account ${String(accountId)} was taken from the person by two people before the end`,
        ),
      );
  });
}

function isReleased({ taken }: JsonObject, { end }: JsonObject, { format }: JsonObject): boolean {
  if (!isSince(format, 4) || !isObject(taken) || !isObject(end)) return false;
  return typeof taken['approvedBy'] === 'string' && instantAt(taken['at'], 'taken.at') < instantAt(end['earliest'], 'end.earliest');
}

function isWithin({ taken }: JsonObject, { periodStart }: JsonObject): boolean {
  return isObject(taken) && instantAt(taken['at'], 'taken.at') >= instantAt(periodStart, 'periodStart');
}

function decisionOf({ taken }: JsonObject): unknown {
  return isObject(taken) ? taken['by'] : undefined;
}

function keyOf({ accountId, id }: JsonObject): string {
  return JSON.stringify([id, accountId]);
}

interface Taken {
  readonly personId: string;
  readonly system: string;
  readonly accountId: string;
  readonly takenAt: Instant;
}

/** What was the person's, or may have been, and is said since never to have been; not what waits for a second person, nor a bar that took nothing. */
function takenFrom(row: JsonObject): readonly Taken[] {
  const { accountId, because, matchRule, person, system, takenAt } = row;
  if (because === 'classed' || matchRule === null || takenAt === null) return [];
  return [
    {
      personId: textAt(objectAt(person, 'person')['id'], 'person.id'),
      system: textAt(system, 'system'),
      accountId: textAt(accountId, 'accountId'),
      takenAt: instantAt(takenAt, 'takenAt'),
    },
  ];
}

interface Ended {
  readonly id: string;
  readonly personId: string;
  readonly end: Instant;
  readonly accountIds: ReadonlySet<unknown>;
  /** Up to when its accounts were read; null where none was. */
  readonly readUntil: Instant | null;
}

function endedOf(value: unknown): readonly Ended[] {
  const { end, id, person, systems } = objectAt(value, 'a finding');
  if (end === null || !isObject(person)) return [];
  const listed = listAt(systems, 'systems').map((each) => objectAt(each, 'system'));
  const read = listed.flatMap(({ timing }) => (isObject(timing) ? [instantAt(timing['evaluatedAt'], 'evaluatedAt')] : []));
  return [
    {
      id: textAt(id, 'id'),
      personId: textAt(person['id'], 'person.id'),
      end: instantAt(objectAt(end, 'end')['earliest'], 'end.earliest'),
      accountIds: new Set(listed.map(({ accountId }) => accountId)),
      readUntil: read.sort().at(-1) ?? null,
    },
  ];
}

import { type Instant, latest } from '../kernel/index.ts';
import type { SeenDirectories, SeenDirectory } from './directory-freshness.ts';
import type { DirectoryFacts, HeldRole, PersonFacts } from './unit-facts.ts';

/** An account, and the connection that shows it. */
type Shown = readonly [DirectoryFacts, SeenDirectory];

/**
 * A person with each object of a tenant once. Where a tenant was disconnected and connected anew, either connection has an account of the same
 * object: what the later one shows of it goes on from what the earlier one showed. The later one's id, link and assignments count. One that a human took
 * from the person speaks for itself alone: what was decided of one connection's account was not decided of the other's.
 */
export function withSameObjects(person: PersonFacts, { byId }: SeenDirectories): PersonFacts {
  const linked = person.directory.filter(
    ({ link, objectId }) => objectId !== null && link?.standing === 'linked' && link.until === null && link.taken === null,
  );
  if (linked.length < 2) return person;
  const objects = new Map<string, Shown[]>();
  for (const facts of linked) {
    const directory = byId.get(facts.connectionId);
    const key = `${directory?.tenantId ?? ''} ${facts.objectId ?? ''}`;
    if (directory !== undefined) objects.set(key, [...(objects.get(key) ?? []), [facts, directory]]);
  }
  const whole = new Map([...objects.values()].map(oneOf).map((facts) => [facts.accountId, facts]));
  const parts = new Set(linked.map(({ accountId }) => accountId));
  const directory = person.directory.flatMap((facts) => (parts.has(facts.accountId) ? (whole.get(facts.accountId) ?? []) : facts));
  return { ...person, directory };
}

function oneOf(accounts: readonly Shown[]): DirectoryFacts {
  const [first, ...others] = accounts.toSorted(([, a], [, b]) => (a.addedAt < b.addedAt ? -1 : 1));
  if (first === undefined) throw new Error('an object without an account');
  return others.reduce((before, after): Shown => [goingOn(before, after[0]), after[1]], first)[0];
}

function goingOn([before, { confirmedUntil }]: Shown, after: DirectoryFacts): DirectoryFacts {
  const ended = before.stretches.map((stretch) => ({
    ...stretch,
    to: stretch.to ?? latest(stretch.seenFrom, confirmedUntil ?? stretch.seenFrom),
  }));
  const linkedBefore = [...before.linkedBefore, ...(before.link === null ? [] : [before.link.recordId])];
  return {
    ...after,
    stretches: [...ended, ...after.stretches],
    roles: [...rolesBefore(before, confirmedUntil, after), ...after.roles],
    linkedBefore,
    ...(before.looks !== undefined && { looks: [...before.looks, ...(after.looks ?? [])].sort() }),
  };
}

/** What the earlier connection last showed assigned was so until its last complete look, and by the first one of the later connection no longer by that. */
function rolesBefore(
  { roles }: DirectoryFacts,
  confirmedUntil: Instant | null,
  { stretches: [first] }: DirectoryFacts,
): readonly HeldRole[] {
  return roles.map((role) => ({
    ...role,
    confirmedUntil: role.confirmedUntil ?? confirmedUntil,
    goneAt: role.goneAt ?? first?.from ?? null,
  }));
}

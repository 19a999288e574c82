import type { Instant } from '../kernel/index.ts';
import type { DirectoryFacts, PersonFacts } from './unit-facts.ts';

/** Whether what is read of a person's accounts ends before now: at an employment that followed, or as an account went to somebody else or was taken. */
export function isCutOff({ directory, periods }: PersonFacts): boolean {
  return (
    directory.length > 0 &&
    (periods.length > 1 || directory.some(({ link }) => link !== null && (link.until !== null || link.taken !== null)))
  );
}

/** With when anybody looked, by connection. */
export function withLooks<Person extends PersonFacts>(person: Person, looks: ReadonlyMap<string, readonly Instant[]>): Person {
  const lookedAt = (facts: DirectoryFacts) => ({ ...facts, looks: looks.get(facts.connectionId) ?? [] });
  return { ...person, directory: person.directory.map(lookedAt) };
}

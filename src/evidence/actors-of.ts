/** Somebody who did something that a report tells of: an administrator's address, or what an owner is called. Null where that was erased. */
export interface Actor {
  /** As it stands wherever they acted: `administrator:<id>` or `owner:<id>`. */
  readonly actor: string;
  readonly name: string | null;
}

/** Members of a report that hold who did something. */
const members = new Set(['approvedBy', 'by', 'createdBy', 'frozenBy', 'importedBy', 'requestedBy', 'respondedBy', 'setBy']);

const PERSON = /^(administrator|owner):[0-9a-f-]{36}$/;

/** Whoever a report says did something, once each, in order; the program itself is nobody. */
export function actorsOf(report: object): readonly string[] {
  const found = new Set<string>();
  const pending: unknown[] = [report];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'object') pending.push(inner);
      else if (members.has(name) && typeof inner === 'string' && PERSON.test(inner)) found.add(inner);
    }
  }
  return [...found].sort();
}

/** A group as the model knows it: the members by their numbers. */
export interface ModelGroup {
  readonly displayName: string;
  readonly members: ReadonlySet<number>;
  readonly version: number;
}

export type MemberOperation =
  | { readonly kind: 'add' | 'remove' | 'replace'; readonly members: readonly number[] }
  | { readonly kind: 'clear' }
  | { readonly kind: 'rename'; readonly displayName: string };

/** One request: its operations apply in order, and its version moves once if anything differs in the end. */
export type GroupRequest = readonly MemberOperation[];

export function afterRequest(group: ModelGroup, request: GroupRequest): ModelGroup {
  let { displayName } = group;
  let members = new Set(group.members);
  for (const operation of request) {
    if (operation.kind === 'rename') displayName = operation.displayName;
    else if (operation.kind === 'clear') members = new Set();
    else if (operation.kind === 'replace') members = new Set(operation.members);
    else for (const member of operation.members) members[operation.kind === 'add' ? 'add' : 'delete'](member);
  }
  const isSame = displayName === group.displayName && sameMembers(members, group.members);
  return isSame ? group : { displayName, members, version: group.version + 1 };
}

/** Every outcome that some order of the requests could have, one after the other. */
export function serialOutcomes(group: ModelGroup, requests: readonly GroupRequest[]): ReadonlySet<string> {
  if (requests.length === 0) return new Set([shownGroup(group)]);
  const outcomes = requests.flatMap((request, at) => [...serialOutcomes(afterRequest(group, request), requests.toSpliced(at, 1))]);
  return new Set(outcomes);
}

export function shownGroup({ displayName, members, version }: ModelGroup): string {
  return `${displayName} {${[...members].toSorted((a, b) => a - b).join(' ')}} v${version}`;
}

function sameMembers(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size === b.size && [...a].every((member) => b.has(member));
}

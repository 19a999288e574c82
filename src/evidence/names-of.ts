import type { ReportContent } from './report-document.ts';

/** What is to be asked for its name. */
export interface Unnamed {
  readonly persons: readonly string[];
  readonly groups: readonly string[];
  readonly accounts: readonly string[];
}

/** Whatever a report tells of by its id alone, once each, in order: who answers for an account, who was given one, and whom a scope lists. */
export function unnamedIn({
  decisions,
  findings,
  sources,
  takenAccounts,
}: Pick<ReportContent, 'decisions' | 'findings' | 'sources' | 'takenAccounts'>): Unnamed {
  const { scopes } = sources;
  return {
    persons: once([
      ...findings.map(({ exclusion }) => exclusion?.ownerPersonId),
      ...decisions.map(({ ownerPersonId }) => ownerPersonId),
      ...takenAccounts.map(({ movedTo }) => movedTo),
    ]),
    groups: once(scopes.flatMap(({ excludeGroups, includeGroups }) => [...(includeGroups.values ?? []), ...(excludeGroups.values ?? [])])),
    accounts: once(scopes.flatMap(({ excludeUsers, includeUsers }) => [...(includeUsers.values ?? []), ...(excludeUsers.values ?? [])])),
  };
}

function once(ids: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id) => typeof id === 'string'))].sort();
}

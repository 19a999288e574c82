import type { Comparison } from './compare-identities.ts';
import { objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, objectAt } from './json-shape.ts';
import { type LedgerFacts, named } from './ledger-facts.ts';
import { type ToldLink, toldLinks } from './told-links.ts';

/**
 * Holds whose each account is against the records of matching: each account of somebody's finding was linked to them, in that standing and by that rule; and none that is linked to
 * them is left out. What made the rule match is not in the ledger.
 */
export function compareLinks({ findings }: JsonObject, facts: LedgerFacts): Comparison {
  const links = grouped(toldLinks(facts), ({ personId }) => personId);
  const employments = grouped(facts.idsOf('employment-period'), (id) => personOf(id, facts));
  const isPlain = areDirectoriesPlain(facts);
  const units = objectsOf(findings, 'findings').filter(({ person }) => isObject(person));
  return {
    name: 'accounts of people, and that none is left out, from the records of matching',
    outcomes: units.map((unit) => {
      const personId = objectAt(unit['person'], 'person')['id'];
      const theirs = links.get(personId) ?? [];
      const systems = objectsOf(unit['systems'], 'systems').filter(({ accountId }) => accountId !== null);
      const isAlone = (employments.get(personId) ?? []).length < 2;
      const isDue = (link: ToldLink) => isPresent(link) && (link.system === 'directory' ? isPlain : isAlone);
      return [
        ...systems.filter((system) => !theirs.some((link) => isTold(system, link))).map(unlinked),
        ...theirs.filter((link) => isDue(link) && !isListed(link, systems)).map(unlisted),
      ].map((what) => `finding ${String(unit['id'])}: ${what}`);
    }),
  };
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): ReadonlyMap<unknown, readonly Item[]> {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function personOf(periodId: string, facts: LedgerFacts): unknown {
  const detail = facts.about('employment-period', periodId)[0]?.leaf['detail'];
  return isObject(detail) ? detail['person'] : undefined;
}

function unlisted({ accountId, begun, system }: ToldLink): string {
  return `${named(begun)} links the ${String(system)} account ${String(accountId)} to the person, and it is not listed`;
}

function unlinked({ accountId, matchRule, standing, system }: JsonObject): string {
  return `no record links the ${String(system)} account ${String(accountId)} to the person as ${String(standing)} by ${String(matchRule)}`;
}

/** What was taken from the person may have been theirs for certain or not. */
function isTold({ accountId, matchRule, standing, system }: JsonObject, link: ToldLink): boolean {
  if (link.accountId !== accountId || link.system !== system || link.rule !== matchRule) return false;
  if (standing === 'linked' || standing === 'classed') return link.standing === 'linked';
  return standing === 'candidate' ? link.standing === 'ambiguous' : true;
}

function isPresent({ ended, isSettled, standing }: ToldLink): boolean {
  return isSettled && ended === undefined && standing === 'linked';
}

function isListed({ accountId }: ToldLink, systems: readonly JsonObject[]): boolean {
  return systems.some((system) => system['accountId'] === accountId);
}

/** A SCIM user that was made in the person's next employment is none of the one before, so those of people with several are not asked for. A connection that was removed may show nothing of a leaver any more, and what a later one of its tenant shows goes on from it under another id. */
export function areDirectoriesPlain(facts: LedgerFacts): boolean {
  const tenants = facts.ofType('directory.connection.added').map(({ leaf }) => objectAt(leaf['after'], 'after')['tenant_id']);
  return facts.ofType('directory.connection.removed').length === 0 && new Set(tenants).size === tenants.length;
}

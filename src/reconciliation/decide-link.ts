import { type Instant, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { presentClassification } from './classification-store.ts';
import { endLinks, findPair, insertLinks, linksOf, lockReconciliation, type PresentLink, type Standing } from './link-store.ts';
import { linkRecord } from './match-accounts.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import type { System } from './report-population.ts';

export interface LinkDecision {
  readonly personId: string;
  readonly system: System;
  readonly accountId: string;
  readonly action: 'link' | 'unlink';
  readonly reason: string;
  readonly actor: string;
}

export interface DecidedLink {
  readonly id: string;
  readonly personId: string;
  readonly system: System;
  readonly accountId: string;
  /** `barred`: no rule may link the two again. */
  readonly standing: Standing;
  readonly rule: 'M0';
  readonly linkedAt: Instant;
}

/**
 * Links an account to a person by hand, or bars the two from being linked (evidence §4.2 M0). It outweighs every other rule,
 * stays until the opposite is decided, and counts from the next run on.
 * Throws DomainError `not-found` for a person or an account that is not there, `conflict` where it is so decided already.
 */
export async function decideLink(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  decision: LinkDecision,
): Promise<DecidedLink> {
  const { personId, system, accountId, action } = decision;
  const standing = action === 'link' ? 'linked' : 'barred';
  return database.transaction(async (tx) => {
    await lockReconciliation(tx, workspaceId);
    const at = clock.now();
    const found = await findPair(tx, workspaceId, decision);
    if (!found.person) refuse('not-found', { detail: 'There is no such person.', next: 'GET /people lists them.' });
    if (!found.account) refuse('not-found', { detail: `There is no such account in ${system}.`, next: 'GET /findings names accounts.' });
    const classification = await presentClassification(tx, workspaceId, { system, accountId });
    if (action === 'link' && classification?.approvedAt) {
      refuse('conflict', { detail: 'The account is classed as nobody’s own.', next: 'DELETE /account-classifications/{id} first.' });
    }
    const present = await linksOf(tx, workspaceId, { system, accountId });
    if (present.some((link) => link.personId === personId && link.rule === 'M0' && link.standing === standing)) {
      refuse('conflict', { detail: `The two are ${standing} by hand already.` });
    }
    const overruled = present.filter((link) => isOverruled(link, decision));
    const made = { id: newId<'account-link'>(at), personId, system, accountId, standing, rule: 'M0' } as const;
    const by = { at, actor: decision.actor };
    const [recordId, ...endRecords] = await append(tx, workspaceId, [
      {
        ...linkRecord(made, standing === 'linked' ? 'match.linked' : 'match.unlinked', by),
        disclose: { reason: decision.reason },
      },
      ...overruled.map((link) => linkRecord({ ...link, system, accountId }, 'match.unlinked', by)),
    ]);
    if (recordId === undefined) throw new Error('the ledger returned no id for the decision');
    const ended = overruled.map(({ id }, index) => ({ id, recordId: endRecords[index] ?? recordId }));
    await endLinks(tx, workspaceId, { at, links: ended });
    await insertLinks(tx, workspaceId, { ...by, links: [{ ...made, reason: decision.reason, recordId, validFrom: null, validTo: null }] });
    return { ...made, linkedAt: at };
  });
}

/** A link by hand takes the account from everybody else; a bar speaks of the two alone. */
function isOverruled(link: PresentLink, { action, personId }: LinkDecision): boolean {
  return link.personId === personId || (action === 'link' && link.standing !== 'barred');
}

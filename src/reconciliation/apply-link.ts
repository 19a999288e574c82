import { type Instant, type LedgerRecordId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { presentClassification } from './classification-store.ts';
import { endLinks, findPair, insertLinks, linksOf, type PresentLink, type Standing } from './link-store.ts';
import { type Decider, linkRecord } from './match-accounts.ts';
import type { System, TakenBecause } from './report-population.ts';

export interface LinkDecision {
  readonly personId: string;
  readonly system: System;
  readonly accountId: string;
  readonly action: 'link' | 'unlink';
  readonly reason: string;
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
 * The present links that a decision ends. Throws DomainError `not-found` for a person or an account that is not there, `conflict` where it is so
 * decided already, or the account is classed as nobody's own.
 */
export async function overruledBy(tx: Transaction, workspaceId: WorkspaceId, decision: LinkDecision): Promise<readonly PresentLink[]> {
  const { personId, system, accountId, action } = decision;
  const standing = standingOf(decision);
  const found = await findPair(tx, workspaceId, decision);
  if (!found.person) refuse('not-found', { detail: 'There is no such person.', next: 'GET /people lists them.' });
  if (!found.account) refuse('not-found', { detail: `There is no such account in ${system}.`, next: 'GET /findings names accounts.' });
  const classification = await presentClassification(tx, workspaceId, { system, accountId });
  if (action === 'link' && classification?.approvedAt) {
    refuse('conflict', { detail: 'The account is classed as nobody’s own.', next: 'DELETE /account-classifications/{id} first.' });
  }
  const present = await linksOf(tx, workspaceId, { system, accountId });
  if (present.some((link) => link.personId === personId && link.rule === 'M0' && link.standing === standing)) {
    refuse('conflict', {
      detail: `The two are ${standing} by hand already.`,
      next: `POST /account-links with ${action === 'link' ? 'unlink' : 'link'} decides otherwise.`,
    });
  }
  return present.filter((link) => isOverruled(link, decision));
}

/** From whom it takes the account, or keeps it. */
export function losersOf({ action, personId }: LinkDecision, overruled: readonly PresentLink[]): readonly string[] {
  if (action === 'unlink') return [personId];
  return overruled.filter((link) => link.personId !== personId).map((link) => link.personId);
}

export interface AppliedLink {
  readonly id: string;
  readonly decision: LinkDecision;
  readonly overruled: readonly PresentLink[];
  /** Who said so first; `by` is whose doing it is now. */
  readonly decidedBy: string;
  readonly by: Decider;
}

/** Makes the link or the bar, and ends what it outweighs. */
export async function applyLink(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { id, decision, overruled, decidedBy, by }: AppliedLink,
): Promise<DecidedLink> {
  const { personId, system, accountId, reason } = decision;
  const standing = standingOf(decision);
  const made = { id, personId, system, accountId, standing, rule: 'M0' } as const;
  const ended = overruled.map((link) => ({ ...link, taken: takenBy(link, { id, decision }) }));
  const [recordId, ...endRecords] = await append(tx, workspaceId, [
    { ...linkRecord(made, standing === 'linked' ? 'match.linked' : 'match.unlinked', by), disclose: { reason } },
    ...ended.map((link) => linkRecord({ ...link, system, accountId }, 'match.unlinked', by)),
  ]);
  if (recordId === undefined) throw new Error('the ledger returned no id for the decision');
  const links = ended.map((link, index) => ({ id: link.id, recordId: endRecords[index] ?? recordId, taken: link.taken }));
  await endLinks(tx, workspaceId, { at: by.at, links });
  const row = { ...made, reason, recordId: recordId satisfies LedgerRecordId, validFrom: null, validTo: null };
  await insertLinks(tx, workspaceId, { at: by.at, actor: decidedBy, links: [row] });
  return { ...made, linkedAt: by.at };
}

function standingOf({ action }: LinkDecision): 'linked' | 'barred' {
  return action === 'link' ? 'linked' : 'barred';
}

/** A link by hand takes the account from everybody else; a bar speaks of the two alone. */
function isOverruled(link: PresentLink, { action, personId }: LinkDecision): boolean {
  return link.personId === personId || (action === 'link' && link.standing !== 'barred');
}

/** A bar that is lifted takes nothing from anybody, nor does a human who says what a rule has said. */
function takenBy(
  { personId, standing }: PresentLink,
  { id, decision }: Pick<AppliedLink, 'id' | 'decision'>,
): { readonly because: TakenBecause; readonly by: string } | null {
  if (standing === 'barred') return null;
  if (personId !== decision.personId) return { because: 'moved', by: id };
  return decision.action === 'unlink' ? { because: 'barred', by: id } : null;
}

import { type Instant, newId, type WorkspaceId } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import { expectFewRows, expectManyRows, expectSomeRows, type Transaction } from '../platform/index.ts';
import { confidenceOf } from './link-confidence.ts';
import { type EndedLink, endLinks, insertLinks } from './link-store.ts';
import type { Concerned } from './find-concerned.ts';
import { type LinkChange, openLinkPlan } from './plan-links-store.ts';
import { noteUnmatched } from './unmatched-account-store.ts';

/** Links that are decided at a time: a first run makes two for everybody, which are never all in memory. */
const CHANGES = 1_000;

export interface Decider {
  readonly at: Instant;
  readonly actor: string;
}

/**
 * Matches accounts with the roster; each link that begins, ends or is ambiguous is a recorded decision. Notes whom no rule gave to anybody.
 * Call it under the lock; `among` as in `openLinkPlan`.
 */
export async function matchAccounts(tx: Transaction, workspaceId: WorkspaceId, decider: Decider, among?: Concerned): Promise<void> {
  const expectRows = among === undefined ? expectManyRows : expectSomeRows;
  await expectRows(tx);
  const next = await openLinkPlan(tx, workspaceId, { among, at: decider.at });
  await expectFewRows(tx);
  for (let changes = await next(CHANGES); changes.length > 0; changes = await next(CHANGES)) {
    await recordLinks(tx, workspaceId, { decider, changes });
  }
  await expectRows(tx);
  await noteUnmatched(tx, workspaceId, among);
}

async function recordLinks(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { decider, changes }: { readonly decider: Decider; readonly changes: readonly LinkChange[] },
): Promise<void> {
  const decided = changes.map((change) => ({ ...change, id: change.id ?? newId<'account-link'>(decider.at) }));
  const records = await append(
    tx,
    workspaceId,
    decided.map((change) =>
      linkRecord({ ...change, taken: takenBy(change) }, change.change === 'end' ? 'match.unlinked' : beginning(change), decider),
    ),
  );
  const recorded = decided.map((change, index) => {
    const recordId = records[index];
    if (recordId === undefined) throw new Error('the ledger returned fewer ids than records');
    return { ...change, recordId, reason: null, taken: takenBy(change) };
  });
  await endLinks(tx, workspaceId, { at: decider.at, links: recorded.filter(({ change }) => change === 'end') });
  await insertLinks(tx, workspaceId, { ...decider, links: recorded.filter(({ change }) => change === 'begin') });
}

function takenBy({ classedBy }: LinkChange): EndedLink['taken'] {
  return classedBy === null ? null : { because: 'classed', by: classedBy };
}

function beginning({ standing }: Pick<LinkChange, 'standing'>): 'match.linked' | 'match.ambiguous' {
  return standing === 'ambiguous' ? 'match.ambiguous' : 'match.linked';
}

/** What the ledger says of a link: our own ids alone, which mean nothing once the person's disclosures are erased (I11). */
export function linkRecord(
  link: Omit<LinkChange, 'change' | 'id' | 'validFrom' | 'validTo' | 'classedBy'> & { readonly id: string } & Partial<
      Pick<LinkChange, 'validFrom' | 'validTo'> & Pick<EndedLink, 'taken'>
    >,
  type: 'match.linked' | 'match.unlinked' | 'match.ambiguous',
  { at, actor }: Decider,
): RecordInput {
  const { id, personId, system, accountId, standing, rule, validFrom = null, validTo = null, taken = null } = link;
  const begun = type === 'match.linked' ? { confidence: confidenceOf(link), valid_from: validFrom, valid_to: validTo } : {};
  // How a human took it from the person, and by which decision.
  const ended = taken === null ? {} : { because: taken.because, decision: taken.by };
  return {
    type,
    at,
    actor,
    subject: { kind: 'account-link', id },
    detail: { person: personId, system, account: accountId, standing, rule, ...begun, ...ended },
  };
}

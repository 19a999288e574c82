import { type CanonicalValue, canonicalJson, type Instant, type LedgerRecordId, type OwnerId } from '../kernel/index.ts';
import type { OwnerAttempt } from '../workspace/index.ts';
import type { JudgedOwner } from './judge-owner.ts';
import type { AttemptFacts, OpenOwnerFinding, OwnerFindingContent, OwnerFindingStep } from './owner-finding.ts';

/** Attempts that no finding counts yet. */
export interface NewAttempts {
  readonly attempt: OwnerAttempt;
  readonly actor: string;
  readonly ownerId: OwnerId | null;
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly firstRecordId: LedgerRecordId;
  readonly lastRecordId: LedgerRecordId;
  readonly throughLeaf: number;
}

/**
 * What becomes of the findings about owners' persons. One opens when the person is shown to have left, and stands until somebody who is
 * named is shown to be here, or the owner ends: doubt closes nothing (I10). `judged` holds every present owner who has a person named.
 */
export function planLeft(judged: readonly JudgedOwner[], open: readonly OpenOwnerFinding[]): readonly OwnerFindingStep[] {
  const rows = new Map(open.filter(({ kind }) => kind === 'person-left').map((row) => [row.unit, row]));
  const steps = judged.flatMap((owner): readonly OwnerFindingStep[] => {
    const row = rows.get(owner.ownerId);
    rows.delete(owner.ownerId);
    if (row === undefined) return owner.standing === 'left' ? [{ step: 'open', content: leftContent(owner) }] : [];
    if (owner.standing === 'present') return [{ step: 'close', open: row, because: 'present' }];
    return changed(row, leftContent(owner));
  });
  return [...steps, ...[...rows.values()].map((row) => ({ step: 'close', open: row, because: 'owner-ended' }) as const)];
}

function leftContent({ evidence, namingId, ownerId, sentence, standing, testimonies }: JudgedOwner): OwnerFindingContent {
  const stands = standing === 'unknown' ? `${sentence} It stands until somebody who is named is known to be here.` : sentence;
  const facts = { naming: namingId, testimonies };
  return { kind: 'person-left', unit: ownerId, ownerId, facts, sentence: stands, evidence, throughLeaf: null };
}

/** A later look at the same facts changes nothing. */
function changed(open: OpenOwnerFinding, content: OwnerFindingContent): readonly OwnerFindingStep[] {
  const isSame = open.sentence === content.sentence && essence(open.facts) === essence(content.facts);
  return isSame ? [] : [{ step: 'change', open, content }];
}

function essence(facts: OpenOwnerFinding['facts']): string {
  return canonicalJson(facts as unknown as CanonicalValue);
}

/** What becomes of the findings about attempts: those of a kind, an actor and an owner are counted by one, until it is acknowledged. */
export function planAttempts(found: readonly NewAttempts[], open: readonly OpenOwnerFinding[]): readonly OwnerFindingStep[] {
  const rows = new Map(open.filter(({ kind }) => kind === 'attempt').map((row) => [row.unit, row]));
  return found.map((attempts): OwnerFindingStep => {
    const row = rows.get(unitOf(attempts));
    if (row === undefined) return { step: 'open', content: attemptContent(attempts) };
    const { count, firstAt } = row.facts as AttemptFacts;
    const content = attemptContent({ ...attempts, count: count + attempts.count, firstAt });
    return { step: 'change', open: row, content: { ...content, evidence: endsOf(row.evidence[0], attempts.lastRecordId) } };
  });
}

function unitOf({ actor, attempt, ownerId }: NewAttempts): string {
  return `${attempt} ${actor} ${ownerId ?? '-'}`;
}

function attemptContent(attempts: NewAttempts): OwnerFindingContent {
  const { actor, attempt, count, firstAt, firstRecordId, lastAt, lastRecordId, ownerId, throughLeaf } = attempts;
  const facts = { attempt, actor, count, firstAt, lastAt };
  const evidence = endsOf(firstRecordId, lastRecordId);
  return { kind: 'attempt', unit: unitOf(attempts), ownerId, facts, sentence: attemptSentence(facts), evidence, throughLeaf };
}

/** The first and the last of them; the ledger has the others. */
function endsOf(first: LedgerRecordId | undefined, last: LedgerRecordId): readonly LedgerRecordId[] {
  return first === undefined || first === last ? [last] : [first, last];
}

/** What each attempt was, and where to look. */
const attempted: Readonly<Record<OwnerAttempt, { readonly what: string; readonly look: string }>> = {
  'role-claim': {
    what: "SCIM claimed the owner's role for a user",
    look: 'No role makes an owner. See who may change the mapping of roles in Entra, and who holds that credential.',
  },
  'scim-target': {
    what: "SCIM wrote to an owner's address",
    look: 'Owners are no SCIM resources. Entra never learns their ids: see who holds that credential, and replace it.',
  },
  'directory-role': {
    what: 'Somebody whose power to administer comes from a role that the directory pushed asked to change an owner',
    look: 'Pushed roles do not reach owners. Ask them why; see who may push the role.',
  },
};

function attemptSentence({ attempt, count, firstAt, lastAt }: AttemptFacts): string {
  const { look, what } = attempted[attempt];
  const when = count === 1 ? `at ${lastAt}` : `${count} times from ${firstAt} to ${lastAt}`;
  return `${what} ${when}; it had no effect. ${look} It stands until somebody acknowledges it.`;
}

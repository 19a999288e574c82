import { canonicalJson, type Instant, type WorkspaceId } from '../kernel/index.ts';

/** A finding as it is told: our own ids and the code of its verdict. No name, no address, no date, no sentence: those are looked up here. */
export interface ToldFinding {
  readonly id: string;
  readonly kind: 'employment_period' | 'account';
  readonly rule: string;
  readonly verdict: string;
  readonly effect: string;
  readonly since: Instant;
}

/** The text that is signed and sent. Byte for byte the same at every attempt, so that a receiver can compare. */
export function notificationBody(event: {
  readonly id: string;
  readonly at: Instant;
  readonly workspaceId: WorkspaceId;
  readonly finding: ToldFinding | null;
}): string {
  const { at, finding, id, workspaceId } = event;
  return canonicalJson({
    id,
    type: finding === null ? 'test' : 'finding.overdue',
    at,
    workspaceId,
    finding: finding === null ? null : { ...finding },
  });
}

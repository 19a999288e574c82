import { canonicalJson, type Instant, type WorkspaceId } from '../kernel/index.ts';
import type { ToldFinding } from './notification-body.ts';

/** The two files of one day: for programs, and for people. Ids and codes alone, as in a webhook. */
export function digestFiles(digest: {
  readonly workspaceId: WorkspaceId;
  readonly day: string;
  readonly since: Instant | null;
  readonly until: Instant;
  readonly findings: readonly ToldFinding[];
}): { readonly json: string; readonly text: string } {
  const { findings, since, until, workspaceId } = digest;
  const json = `${canonicalJson({ ...digest, findings: findings.map((finding) => ({ ...finding })) })}\n`;
  const period = since === null ? `up to ${until}` : `from ${since} to ${until}`;
  const count = findings.length === 1 ? '1 finding became overdue' : `${findings.length} findings became overdue`;
  const lines = findings.map(
    ({ effect, id, rule, since: overdueSince, verdict }) => `${overdueSince}  ${rule}  ${verdict} (${effect})  ${id}`,
  );
  return { json, text: [`Rollcall, workspace ${workspaceId}`, `${count}, ${period}.`, ...lines, ''].join('\n') };
}

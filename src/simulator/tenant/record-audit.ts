import { randomUUID } from 'node:crypto';
import type { AuditActivity, AuditEntry } from './audit-entry.ts';
import { type DirectoryUser, presentUserPrincipalName } from './directory-user.ts';
import type { Tenant } from './tenant.ts';

type Modified = AuditEntry['modified'];

/** Disabling is logged twice, as itself and as an update of the user, under one correlation id. */
export function auditChange(tenant: Tenant, before: DirectoryUser, after: DirectoryUser): void {
  const correlationId = randomUUID();
  const modified: Modified =
    before.accountEnabled === after.accountEnabled
      ? []
      : [{ displayName: 'AccountEnabled', oldValue: `[${before.accountEnabled}]`, newValue: `[${after.accountEnabled}]` }];
  if (modified.length > 0)
    audit(tenant, after.accountEnabled ? 'Enable account' : 'Disable account', { user: after, modified, correlationId });
  audit(tenant, 'Update user', { user: after, modified, correlationId });
}

export function auditEvent(tenant: Tenant, activity: Exclude<AuditActivity, 'Update user'>, user: DirectoryUser): void {
  const isHard = activity === 'Hard Delete user';
  const modified: Modified = activity.includes('Delete')
    ? [{ displayName: 'Is Hard Deleted', oldValue: null, newValue: isHard ? '"True"' : '"False"' }]
    : [];
  audit(tenant, activity, { user, modified, correlationId: randomUUID() });
}

function audit(
  tenant: Tenant,
  activity: AuditActivity,
  { user, modified, correlationId }: { user: DirectoryUser; modified: Modified; correlationId: string },
): void {
  const ordinal = tenant.nextOrdinal();
  tenant.audits.push({
    id: `Directory_${correlationId}_${ordinal}`,
    ordinal,
    at: tenant.now(),
    activity,
    correlationId,
    userId: user.id,
    userPrincipalName: presentUserPrincipalName(user),
    modified,
  });
}

/** Every kind of record that a ledger may hold. Closed: a reader of evidence can know them all; a type is never renamed. */
export type RecordType =
  | `scim.user.${'created' | 'updated' | 'deactivated' | 'reactivated' | 'deleted'}`
  | 'scim.role.changed'
  | `scim.group.${'created' | 'updated' | 'deleted' | 'members.changed'}`
  | 'scim.request.refused'
  | `scim.${'enabled' | 'disabled'}`
  | `scim.credential.${'issued' | 'enrolled' | 'confirmed' | 'revoked'}`
  | 'workspace.created'
  | `access.${'policy.set' | 'ended'}`
  | 'identity.linked'
  | 'session.ended'
  | `role.${'set' | 'sources.set'}`
  | `owner.${'created' | 'credential.used' | 'ended' | 'recovered' | 'person.named' | 'attempted'}`
  | `administrator.${'invited' | 'bound' | 'removed'}`
  | `api-token.${'issued' | 'revoked'}`
  | `sso.${'configured' | 'verification.opened' | 'verified' | 'activated' | 'retired'}`
  | `scope.${'changed' | 'authority.changed'}`
  | `directory.connection.${'added' | 'changed' | 'checked' | 'removed'}`
  | 'directory.schedule.set'
  | `directory.credential.${'added' | 'removed'}`
  | `graph.sync.${'started' | 'completed' | 'failed' | 'held' | 'accepted' | 'rejected'}`
  | `graph.account.${'first_seen' | 'enabled' | 'disabled' | 'vanished' | 'soft_deleted' | 'hard_deleted' | 'restored'}`
  | `graph.account.${'coverage' | 'audited' | 'leave_told'}`
  | 'graph.access.read'
  | 'graph.object.unknown'
  | `graph.provisioning.${'read' | 'compared'}`
  | `hr.import.${'completed' | 'rejected' | 'held' | 'released' | 'lapsed'}`
  | 'hr.file.downloaded'
  | 'hr.mapping.set'
  | `hr.source.${'set' | 'removed' | 'failed'}`
  | `hr.person.${'dropped' | 'listed' | 'kept' | 'changed'}`
  | `hr.period.${'started' | 'end_set' | 'end_changed' | 'end_cancelled' | 'ended' | 'rehired'}`
  | `hr.period.${'site_changed' | 'status_changed' | 'type_changed'}`
  | `match.${'linked' | 'unlinked' | 'ambiguous'}`
  | `match.decision.${'requested' | 'approved' | 'withdrawn'}`
  | `account.classification.${'requested' | 'approved' | 'withdrawn' | 'expired'}`
  | `disposition.${'requested' | 'approved' | 'withdrawn' | 'expired'}`
  | `finding.${'opened' | 'changed' | 'closed'}`
  | 'policy.set'
  | 'reconciliation.ended'
  | `webhook.${'added' | 'removed' | 'disabled' | 'resumed' | 'tested'}`
  | `webhook.secret.${'added' | 'removed'}`
  | 'activation.previewed'
  | 'sample.drawn'
  | `auditor-link.${'issued' | 'opened' | 'downloaded' | 'revoked'}`
  | `report.${'drafted' | 'frozen' | 'responded' | 'sealed' | 'discarded' | 'deposited' | 'purged' | 'format.set'}`
  | `ledger.${'genesis' | 'key_added' | 'key_retired' | 'forked' | 'anchored' | 'collected' | 'purged' | 'erased'}`
  | 'ledger.retention.set'
  | `ledger.webhook.${'set' | 'removed'}`
  | `ledger.tile-token.${'issued' | 'revoked'}`;

import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { readSwitch } from '../workspace/index.ts';
import { readScopes, type ScopeSettings } from './scope-store.ts';

/** Scope settings, and whether they mean anything at present (I6). */
interface ScopeView {
  readonly inEffect: boolean;
  readonly overriddenBy: 'scim' | null;
  /** Since when the settings are in effect, or are not. */
  readonly since: Instant;
  readonly settings: readonly ScopeSettings[];
}

export async function showScope(q: Queryable, workspaceId: WorkspaceId): Promise<ScopeView> {
  const scimSwitch = await readSwitch(q, workspaceId);
  const inEffect = scimSwitch.state === 'off';
  return { inEffect, overriddenBy: inEffect ? null : 'scim', since: scimSwitch.changedAt, settings: await readScopes(q, workspaceId) };
}

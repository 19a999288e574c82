import type { Installation, InstallationKind } from './installation-store.ts';

export type InstallationVerdict =
  | { readonly kind: 'take' }
  | { readonly kind: 'mark' }
  | { readonly kind: 'refuse'; readonly because: string };

/** Whether a command may work on a database: a trial never on production data, the server never on a trial's. */
export function decideInstallation(found: Installation, wanted: InstallationKind): InstallationVerdict {
  if (found.kind === wanted) return { kind: 'take' };
  if (found.kind !== undefined) {
    return {
      kind: 'refuse',
      because: `this database was made by "${found.kind}" and cannot be used for "${wanted}": use another database or another ROLLCALL_DATA_DIR`,
    };
  }
  if (wanted !== 'production' && found.hasWorkspaces) {
    return {
      kind: 'refuse',
      because: `this database holds workspaces and was not made by "${wanted}": use an empty one, so that nothing real is touched`,
    };
  }
  return { kind: 'mark' };
}

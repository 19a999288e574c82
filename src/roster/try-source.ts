import type { WorkspaceId } from '../kernel/index.ts';
import type { ForeseeingHttp } from '../platform/index.ts';
import { fetchRoster } from './fetch-roster.ts';
import { type ImportPreview, previewImport, type RosterDependencies } from './import-roster.ts';
import { sentRoster } from './roster-reader.ts';
import { readSealedSource } from './roster-source-store.ts';
import { addressOf, openSource, refuseNowhere, type SealedSource, type SourceInput } from './set-source.ts';

/**
 * Fetches what lies where the roster is fetched from, or would be by `tried`, and says what an import of it would do; changes nothing. What lets
 * us in at the present address is sent to no other. Throws DomainError `not-found` where the roster is fetched from nowhere, `outbound-refused`
 * where that may not be called, `outbound-failed` where nothing can be had there, `invalid-request` for what is no roster.
 */
export async function trySource(
  deps: RosterDependencies & { readonly outbound: ForeseeingHttp },
  workspaceId: WorkspaceId,
  tried: Omit<SourceInput, 'actor'> | undefined,
): Promise<ImportPreview> {
  const source = tried === undefined ? await present(deps, workspaceId) : asSealed(deps, tried);
  const bytes = await fetchRoster(deps.outbound, source);
  const holds = { full: source.full, partial: false, elseUnchanged: false };
  return previewImport(deps, workspaceId, { ...sentRoster('pull', bytes), ...holds });
}

type Tried = SealedSource & Pick<SourceInput, 'full'>;

function asSealed({ outbound }: { readonly outbound: ForeseeingHttp }, { url, authorization, full }: Omit<SourceInput, 'actor'>): Tried {
  return { url: addressOf(outbound, url).href, authorization: authorization ?? null, full };
}

async function present(deps: RosterDependencies, workspaceId: WorkspaceId): Promise<Tried> {
  const source = (await readSealedSource(deps.database, workspaceId)) ?? refuseNowhere();
  return { ...openSource(deps, workspaceId, source), full: source.full };
}

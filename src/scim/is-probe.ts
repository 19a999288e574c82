/**
 * Whether a list that found nothing was Entra's Test Connection: a filter by a random GUID as the value of the matching attribute
 * (entra-scim-client §1.1). A look-up of a new user by its objectId has the same form; what follows it tells the two apart.
 */
export function isProbe(filter: string | undefined, total: number): boolean {
  return filter !== undefined && total === 0 && BY_GUID.test(filter) && !SEVERAL_TERMS.test(filter);
}

const BY_GUID = /\seq\s+"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"\s*$/i;

/** A reference check asks for two ids that exist, such as `id eq "…" and manager eq "…"` (entra-scim-client §1.2). */
const SEVERAL_TERMS = /\s(and|or)\s/i;

import { type Database, hashToken, newToken } from '../platform/index.ts';
import { addCredential, type NewCredential } from './add-credential.ts';
import type { ScimCredential } from './scim-credential.ts';
import { hintOf } from './secret-hint.ts';

/**
 * Issues a bearer secret; the token is returned here and nowhere else. Several may live at once, so that one can take the place
 * of another without a pause. Throws DomainError `invalid-request` for an end in the past.
 */
export async function issueCredential(database: Database, input: NewCredential): Promise<ScimCredential & { readonly token: string }> {
  const token = newToken('rcs');
  const credential = await database.transaction((tx) =>
    addCredential(tx, input, 'bearer', { tokenHash: hashToken(token), hint: hintOf(token) }),
  );
  return { ...credential, token };
}

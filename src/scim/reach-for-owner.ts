import { parseId } from '../kernel/index.ts';
import type { ScimError, ScimErrorCode } from '../scim-protocol/index.ts';
import { isOwner, type OwnerAttempted } from '../workspace/index.ts';
import { parseScimAddress } from './scim-address.ts';
import type { ScimDeps } from './scim-deps.ts';
import type { AdmittedCall } from './scim-request.ts';

/** Methods that change nothing. */
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** How such a write ends: nothing is there, or the switch is off and nobody looked. */
const FRUITLESS: ReadonlySet<ScimErrorCode> = new Set(['notFound', 'forbidden']);

/** What a client might take for the address of owners. */
const OWNERS = /^owners?$/i;

/**
 * Owners are no SCIM resources, and nothing is there under their ids. Still, whoever writes to one means an owner, since no user and
 * no group has such an id: that is no mistake of a mapping. Undefined for every other request that came to nothing; looked up for
 * those alone, so that what succeeds pays nothing.
 */
export async function reachForOwner({ database }: ScimDeps, call: AdmittedCall, error: ScimError): Promise<OwnerAttempted | undefined> {
  if (!FRUITLESS.has(error.code) || READING.has(call.request.method)) return undefined;
  const [collection = '', text = ''] = parseScimAddress(call.path)?.segments ?? [];
  const id = parseId<'owner'>(text);
  if (id !== undefined && (await isOwner(database, call.workspaceId, id))) return attempted(call, { kind: 'owner', id });
  return OWNERS.test(collection) ? attempted(call, { kind: 'workspace', id: call.workspaceId }) : undefined;
}

function attempted({ at, credential, request }: AdmittedCall, subject: OwnerAttempted['subject']): OwnerAttempted {
  const method = METHODS.find((known) => known === request.method) ?? 'other';
  return { attempt: 'scim-target', at, actor: `scim-credential:${credential.id}`, subject, detail: { method } };
}

/** Those that the ledger repeats: a client may call a method what it likes. */
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

import { randomUUID } from 'node:crypto';
import { ObjectFailure, Quarantine } from './object-failure.ts';
import { filterQuery, findResources, type ScimClient } from './scim-client.ts';

export interface ConnectionVerdict {
  readonly ok: boolean;
  readonly status: number;
  readonly detail?: string;
}

/** Asks for a user that cannot exist; a 200 with an empty list is the only good answer (entra-scim-client §1.1). */
export async function testConnection(client: ScimClient): Promise<ConnectionVerdict> {
  const query = filterQuery(['userName', randomUUID()]);
  try {
    const hits = await findResources(client, { step: 'test-connection', path: '/Users', query });
    return hits.length === 0 ? { ok: true, status: 200 } : { ok: false, status: 200, detail: 'a user was found that cannot exist' };
  } catch (error) {
    if (error instanceof ObjectFailure || error instanceof Quarantine) return { ok: false, status: error.status, detail: error.body };
    throw error;
  }
}

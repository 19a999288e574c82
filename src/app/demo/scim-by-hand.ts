import { randomUUID } from 'node:crypto';
import { expectThat } from './narrator.ts';
import type { ScimAccess } from './story.ts';

const ROLE_URN = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';

/** SCIM calls that Entra did not make: somebody has its token. */
export interface ScimByHand {
  create(userName: string): Promise<void>;
  change(userName: string, values: Readonly<Record<string, unknown>>): Promise<void>;
  changeRole(userName: string, role: string): Promise<void>;
}

/** Every call throws StoryFailed where it is refused. */
export function byHand({ tenantUrl, token }: ScimAccess): ScimByHand {
  const base = tenantUrl.split('?')[0] ?? tenantUrl;
  const send = async (method: string, path: string, body?: unknown): Promise<ScimList> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expectThat(`SCIM takes ${method} ${path} (${response.status})`, response.ok);
    return (await response.json()) as ScimList;
  };
  const change = async (userName: string, operation: Readonly<Record<string, unknown>>): Promise<void> => {
    const found = await send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`);
    await send('PATCH', `/Users/${found.Resources?.[0]?.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', ...operation }],
    });
  };
  return {
    create: async (userName) => {
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
      await send('POST', '/Users', { schemas, userName, externalId: randomUUID(), active: true });
    },
    change: (userName, values) => change(userName, { value: values }),
    changeRole: (userName, role) => change(userName, { path: `${ROLE_URN}:rbac_role_id`, value: role }),
  };
}

interface ScimList {
  readonly Resources?: readonly { readonly id: string }[];
}

import { type DoubleAnswer, type DoubleRequest, ENTERPRISE, listed, MAX_RESULTS } from './scim-check-double-answer.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

const simple = (name: string) => ({ name, type: 'string', multiValued: false });
const complex = (name: string, ...subs: readonly string[]) => ({
  name,
  type: 'complex',
  multiValued: false,
  subAttributes: subs.map(simple),
});
const typed = (name: string, types: readonly string[], ...subs: readonly string[]) => ({
  ...complex(name, ...subs),
  multiValued: true,
  subAttributes: [...subs.map(simple), { ...simple('type'), canonicalValues: types }, { name: 'primary', type: 'boolean' }],
});

const userSchema = {
  id: USER,
  attributes: [
    { ...simple('userName'), required: true },
    ...['displayName', 'title', 'preferredLanguage'].map(simple),
    { name: 'active', type: 'boolean' },
    complex('name', 'formatted', 'givenName', 'familyName'),
    typed('emails', ['work', 'home'], 'value'),
    typed('phoneNumbers', ['work', 'mobile', 'fax'], 'value'),
    typed('addresses', ['work'], 'formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'),
  ],
};
const enterpriseSchema = { id: ENTERPRISE, attributes: [simple('employeeNumber'), simple('department'), complex('manager', 'value')] };
const groupSchema = { id: GROUP, attributes: [simple('displayName'), typed('members', ['User'], 'value')] };
const schemas = [userSchema, enterpriseSchema, groupSchema];

const supported = { supported: true };
const providerConfig = {
  patch: supported,
  bulk: { supported: false },
  filter: { supported: true, maxResults: MAX_RESULTS },
  changePassword: { supported: false },
  sort: supported,
  etag: supported,
};
const resourceTypes = [
  { name: 'User', endpoint: '/Users', schema: USER, schemaExtensions: [{ schema: ENTERPRISE, required: false }] },
  { name: 'Group', endpoint: '/Groups', schema: GROUP },
];

export function discovery({ method, path }: DoubleRequest): DoubleAnswer | undefined {
  if (method !== 'GET') return undefined;
  if (path === '/ServiceProviderConfig') return { status: 200, body: providerConfig };
  if (path === '/ResourceTypes') return listed(resourceTypes);
  if (path === '/Schemas') return listed(schemas);
  const schema = schemas.find(({ id }) => path === `/Schemas/${id}`);
  return schema === undefined ? undefined : { status: 200, body: schema };
}

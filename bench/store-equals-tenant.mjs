// Whether a SCIM store holds what a tenant means it to hold. It shares nothing with the simulated tenant's engine: what a
// user should look like is written out here once more, and the store is read over SCIM as any client reads it.

const ENTERPRISE_USER_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ROLLCALL_USER_URN = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';
const PAGE = 100;

/** Every user and group that a SCIM server lists, page after page. */
export async function readStore({ baseUrl, token }) {
  const list = async (path) => {
    const resources = [];
    for (;;) {
      const url = `${baseUrl}${path}?startIndex=${resources.length + 1}&count=${PAGE}`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`GET ${path} was answered ${response.status}: ${await response.text()}`);
      const { totalResults, Resources = [] } = await response.json();
      resources.push(...Resources);
      if (resources.length >= totalResults) return resources;
      if (Resources.length === 0) throw new Error(`${path} ends after ${resources.length} of ${totalResults}`);
    }
  };
  return { users: await list('/Users'), groups: await list('/Groups') };
}

/**
 * What the store has otherwise than the tenant; nothing when they are equal. People whom the target has had at any time are
 * expected in it, purged ones are not; of whoever has left, `active` alone counts.
 */
export function differencesBetween(tenant, store) {
  const problems = [];
  const stored = new Map();
  for (const user of store.users) {
    if (stored.has(user.externalId)) problems.push(`${user.userName}: is there twice`);
    stored.set(user.externalId, user);
  }
  const targetIds = new Map(store.users.map((user) => [user.externalId, user.id]));
  const expect = (whose, attribute, got, wanted) => {
    const [has, should] = [got, wanted].map((value) => JSON.stringify(value ?? null));
    if (has !== should) problems.push(`${whose}: ${attribute} is ${has}, and should be ${should}`);
  };
  for (const person of tenant.people) {
    const user = stored.get(person.id);
    stored.delete(person.id);
    if (user === undefined) problems.push(`${person.userPrincipalName}: is missing`);
    else if (person.standing === 'left') expect(user.userName, 'active', user.active, false);
    else for (const [attribute, got, wanted] of comparisons(person, user, targetIds)) expect(user.userName, attribute, got, wanted);
  }
  for (const user of stored.values()) problems.push(`${user.userName}: is in the store and not in the tenant`);
  expect('the store', 'number of groups', store.groups.length, tenant.groups.length);
  for (const group of tenant.groups) compareGroup(group, { store, targetIds, expect });
  return problems;
}

function compareGroup(group, { store, targetIds, expect }) {
  const found = store.groups.find((candidate) => candidate.externalId === group.id);
  expect(group.displayName, 'displayName', found?.displayName, group.displayName);
  const members = group.memberIds.flatMap((id) => targetIds.get(id) ?? []).toSorted();
  expect(group.displayName, 'members', (found?.members ?? []).map((member) => member.value).toSorted(), members);
}

/** Each mapped attribute of somebody present or disabled: its name, what the store has, what it should have. */
function comparisons(person, user, targetIds) {
  return [...coreOf(person, user), ...addressOf(person, user), ...phonesOf(person, user), ...enterpriseOf(person, user, targetIds)];
}

function coreOf(person, user) {
  const fullName = [person.givenName, person.surname].filter(Boolean).join(' ');
  const { givenName, familyName, formatted } = user.name ?? {};
  const emails = (user.emails ?? []).map(({ type, value }) => [type, value]);
  return [
    ['userName', user.userName, person.userPrincipalName],
    ['active', user.active, person.standing === 'present'],
    ['displayName', user.displayName, person.displayName],
    ['title', user.title, person.jobTitle],
    ['preferredLanguage', user.preferredLanguage, person.preferredLanguage],
    ['name.givenName', givenName, person.givenName],
    ['name.familyName', familyName, person.surname],
    ['name.formatted', formatted, fullName === '' ? null : fullName],
    ['emails', emails, person.mail ? [['work', person.mail]] : []],
    ['role', roleIn(user, person.roleTarget), person.role],
  ];
}

function addressOf(person, user) {
  const addresses = user.addresses ?? [];
  const work = addresses.find((address) => address.type === 'work') ?? {};
  const parts = [
    ['formatted', person.officeLocation],
    ['streetAddress', person.streetAddress],
    ['locality', person.city],
    ['region', person.state],
    ['postalCode', person.postalCode],
    ['country', person.country],
  ];
  const wanted = parts.some(([, part]) => Boolean(part)) ? 1 : 0;
  return [['number of addresses', addresses.length, wanted], ...parts.map(([name, part]) => [`addresses[work].${name}`, work[name], part])];
}

function phonesOf(person, user) {
  const phones = user.phoneNumbers ?? [];
  const numbers = [
    ['work', person.businessPhone],
    ['mobile', person.mobilePhone],
    ['fax', person.faxNumber],
  ];
  return [
    ['number of phoneNumbers', phones.length, numbers.filter(([, number]) => Boolean(number)).length],
    ...numbers.map(([type, number]) => [`phoneNumbers[${type}]`, phones.find((phone) => phone.type === type)?.value, number]),
  ];
}

function enterpriseOf(person, user, targetIds) {
  const { employeeNumber, department, manager } = user[ENTERPRISE_USER_URN] ?? {};
  return [
    ['employeeNumber', employeeNumber, person.employeeId],
    ['department', department, person.department],
    ['manager', manager?.value, person.managerId ? targetIds.get(person.managerId) : null],
  ];
}

/** Where the role stands depends on which attribute the expression over app roles is mapped to. */
function roleIn(user, roleTarget) {
  if (roleTarget === 'userType') return user.userType;
  if (roleTarget !== 'roles') return user[ROLLCALL_USER_URN]?.rbac_role_id;
  const roles = user.roles ?? [];
  const { value } = roles.find((role) => role.primary === true) ?? roles[0] ?? {};
  return value?.startsWith('{') ? JSON.parse(value).value : value;
}

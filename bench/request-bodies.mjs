// What Entra sends, as ASCII text.
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const CORE_USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE_USER_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The name of the nth user that a run creates. */
export function newUserName(n) {
  return `new${String(n).padStart(7, '0')}@load.example`;
}

export function newUserBody(n, roleUrn) {
  const userName = newUserName(n);
  return JSON.stringify({
    schemas: [CORE_USER_URN, ENTERPRISE_USER_URN, roleUrn],
    externalId: `new-${n}`,
    userName,
    active: true,
    displayName: `New User ${n}`,
    title: 'Analyst',
    preferredLanguage: 'en-GB',
    name: { formatted: `New User ${n}`, familyName: `User ${n}`, givenName: 'New' },
    emails: [{ primary: true, type: 'work', value: userName }],
    addresses: [{ type: 'work', streetAddress: '1 Quay Street', locality: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }],
    phoneNumbers: [{ type: 'work', value: '+44 117 496 0000' }],
    [ENTERPRISE_USER_URN]: { employeeNumber: `E${n}`, department: 'Operations', costCenter: '4711' },
    [roleUrn]: { rbac_role_id: 'auditor' },
  });
}

/** Three attributes of a user, as Entra's PATCH of a change in the directory. */
export function replaceBody(n) {
  return JSON.stringify({
    schemas: [PATCH_OP],
    Operations: [
      { op: 'Replace', path: 'displayName', value: `Renamed User ${n}` },
      { op: 'Replace', path: 'title', value: `Title ${n}` },
      { op: 'Replace', path: `${ENTERPRISE_USER_URN}:department`, value: `Department ${n}` },
    ],
  });
}

/** A whole seeded user, with the attributes that `replaceBody` leaves: PUT and PATCH then keep documents of one size. */
export function wholeUserBody({ userName, externalId }, n) {
  return JSON.stringify({
    schemas: [CORE_USER_URN, ENTERPRISE_USER_URN],
    externalId,
    userName,
    active: true,
    displayName: `Renamed User ${n}`,
    title: `Title ${n}`,
    emails: [{ type: 'work', value: userName, primary: true }],
    [ENTERPRISE_USER_URN]: { department: `Department ${n}` },
  });
}

/** `op`: `Add` or `Remove`, as Entra writes them. */
export function memberBody(op, id) {
  return JSON.stringify({ schemas: [PATCH_OP], Operations: [{ op, path: 'members', value: [{ value: id }] }] });
}

import { attribute, complex, MAX_KEY_LENGTH, type ResourceType, schema } from './schema.ts';
import { CORE_USER_URN, ENTERPRISE_USER_URN, ROLLCALL_USER_URN } from './urn.ts';

const multiValued = { multiValued: true } as const;
const readOnly = { mutability: 'readOnly' } as const;
/** In characters: room for the base64 of any certificate that is in use. */
const MAX_CERTIFICATE_LENGTH = 16_384;
const primary = attribute('primary', 'Whether this is the preferred value', { type: 'boolean' });
const display = attribute('display', 'A name of the value for people');

function typed(...canonicalValues: string[]) {
  return attribute('type', 'What the value is used for', { canonicalValues });
}

const postal = (name: string, description: string) => attribute(name, description);

/**
 * RFC 7643 §4.1, without `password` and `entitlements`: Entra sends neither, and its validator stumbles over them.
 * `groups` is looked up only where it is asked for.
 */
const coreUser = schema(CORE_USER_URN, 'User', 'User Account', [
  attribute('userName', 'The name by which the user is matched', { required: true, uniqueness: 'server', maxLength: MAX_KEY_LENGTH }),
  attribute('externalId', 'The id of the user at the provisioning client', { caseExact: true, maxLength: MAX_KEY_LENGTH }),
  complex('name', 'The components of the name', [
    attribute('formatted', 'The full name'),
    attribute('familyName', 'The family name'),
    attribute('givenName', 'The given name'),
    attribute('middleName', 'The middle names'),
    attribute('honorificPrefix', 'The title before the name'),
    attribute('honorificSuffix', 'The title after the name'),
  ]),
  attribute('displayName', 'The name shown to people', { maxLength: MAX_KEY_LENGTH }),
  attribute('nickName', 'The casual name'),
  attribute('profileUrl', 'The address of the profile', { type: 'reference', referenceTypes: ['external'] }),
  attribute('title', 'The job title'),
  attribute('userType', 'The relationship between the organisation and the user'),
  attribute('preferredLanguage', 'The preferred language'),
  attribute('locale', 'The location for formats of dates and numbers'),
  attribute('timezone', 'The time zone'),
  // Required in that it is never unassigned: GET always says it. A POST without it makes an active user.
  attribute('active', 'Whether the user may use the service', { type: 'boolean', required: true }),
  complex(
    'emails',
    'E-mail addresses',
    [attribute('value', 'The address', { maxLength: MAX_KEY_LENGTH }), display, typed('work', 'home', 'other'), primary],
    multiValued,
  ),
  complex(
    'phoneNumbers',
    'Phone numbers',
    [attribute('value', 'The number'), display, typed('work', 'home', 'mobile', 'fax', 'pager', 'other'), primary],
    multiValued,
  ),
  complex(
    'ims',
    'Instant messaging addresses',
    [attribute('value', 'The address'), display, attribute('type', 'The service'), primary],
    multiValued,
  ),
  complex(
    'photos',
    'Photographs',
    [
      attribute('value', 'The address of the picture', { type: 'reference', referenceTypes: ['external'] }),
      display,
      typed('photo', 'thumbnail'),
      primary,
    ],
    multiValued,
  ),
  complex(
    'addresses',
    'Postal addresses',
    [
      postal('formatted', 'The whole address'),
      postal('streetAddress', 'Street and number'),
      postal('locality', 'City'),
      postal('region', 'State or region'),
      postal('postalCode', 'Postal code'),
      postal('country', 'Country'),
      typed('work', 'home', 'other'),
      primary,
    ],
    multiValued,
  ),
  complex(
    'roles',
    'Roles as the directory names them',
    [
      attribute('value', 'The role'),
      display,
      // Not the RFC's: AppRoleAssignmentsComplex sends it instead of `display` (entra-scim-client §2.3), and it must come back.
      attribute('displayName', 'A name of the role for people'),
      attribute('type', 'The kind of role'),
      primary,
    ],
    {
      multiValued: true,
    },
  ),
  complex(
    'x509Certificates',
    'Certificates of the user',
    [
      attribute('value', 'The certificate, DER in base64', { type: 'binary', caseExact: true, maxLength: MAX_CERTIFICATE_LENGTH }),
      display,
      attribute('type', 'What the certificate is used for'),
      primary,
    ],
    multiValued,
  ),
  complex(
    'groups',
    'The groups that the user is a member of',
    [
      attribute('value', 'The id of the group', { caseExact: true, ...readOnly }),
      attribute('$ref', 'The address of the group', { type: 'reference', referenceTypes: ['Group'], caseExact: true, ...readOnly }),
      attribute('display', 'The name of the group', readOnly),
      attribute('type', 'How the user is a member', { canonicalValues: ['direct'], ...readOnly }),
    ],
    { multiValued: true, returned: 'request', ...readOnly },
  ),
]);

/** RFC 7643 §4.3. `manager` is kept as `{value}` alone: Entra cannot read anything but an object there. */
const enterpriseUser = schema(ENTERPRISE_USER_URN, 'EnterpriseUser', 'Enterprise User', [
  attribute('employeeNumber', 'The number that the organisation gave the person', { caseExact: true }),
  attribute('costCenter', 'Cost centre'),
  attribute('organization', 'Organisation'),
  attribute('division', 'Division'),
  attribute('department', 'Department'),
  complex('manager', "The user's manager", [attribute('value', 'The id of the manager', { caseExact: true, holdsId: true })]),
]);

const rollcallUser = schema(ROLLCALL_USER_URN, 'RollcallUser', 'Rollcall user', [
  attribute('rbac_role_id', "The id of a role of the workspace's catalogue", { caseExact: true, maxLength: MAX_KEY_LENGTH }),
]);

export const userType: ResourceType = Object.freeze({
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: coreUser,
  extensions: [enterpriseUser, rollcallUser],
});

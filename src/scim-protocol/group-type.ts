import { attribute, complex, MAX_KEY_LENGTH, type ResourceType, schema } from './schema.ts';
import { CORE_GROUP_URN } from './urn.ts';

/** RFC 7643 §4.2. Members are users: Entra provisions the direct members of a group, never nested groups. */
const coreGroup = schema(CORE_GROUP_URN, 'Group', 'Group', [
  attribute('displayName', 'The name of the group', { required: true, maxLength: MAX_KEY_LENGTH }),
  attribute('externalId', 'The id of the group at the provisioning client', { caseExact: true, maxLength: MAX_KEY_LENGTH }),
  complex(
    'members',
    'The members of the group',
    [
      attribute('value', 'The id of the member', { caseExact: true }),
      attribute('$ref', 'The address of the member', { type: 'reference', referenceTypes: ['User'], caseExact: true }),
      attribute('type', 'What the member is', { canonicalValues: ['User'] }),
    ],
    { multiValued: true },
  ),
]);

export const groupType: ResourceType = Object.freeze({
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: coreGroup,
  extensions: [],
});

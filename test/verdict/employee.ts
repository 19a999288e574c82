import type { StateVector } from '../../src/verdict/index.ts';

/** The state of somebody employed, with both accounts in use. */
export const employee = {
  classification: 'HUMAN',
  match: 'ONE',
  roster: 'LISTED',
  employment: 'ACTIVE',
  directory: 'ENABLED',
  scim: 'ACTIVE',
  assigned: 'YES',
  propagation: 'SETTLED',
  role: 'NONE',
  privileged: 'NO',
  directoryTiming: null,
  scimTiming: null,
} as const satisfies StateVector;

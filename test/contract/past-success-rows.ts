import type { Ask } from './ask.ts';

/** People and tests of a past instant. */
export const pastSuccessRows: readonly (Ask & { readonly status: number })[] = [
  { operation: 'getPersonTimeline', parameters: { personId: 'person' }, query: 'asOf={afterFindings}', status: 200 },
  { operation: 'getPerson', parameters: { personId: 'person' }, query: 'asOf={afterFindings}', status: 200 },
  { operation: 'listPeople', query: 'asOf={afterFindings}&limit=1000', status: 200 },
  { operation: 'listComplianceTests', query: 'asOf={afterFindings}', status: 200 },
  { operation: 'listComplianceTests', query: 'asOf=2020-01-01T00:00:00Z', status: 200 },
  { operation: 'getComplianceTest', parameters: { testId: 'accountTest' }, query: 'asOf={afterFindings}', status: 200 },
];

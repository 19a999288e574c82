import type { Ask } from './ask.ts';

/** Calls that succeed, in this order, beside those that the story makes. */
export const successRows: readonly (Ask & { readonly status: number })[] = [
  { operation: 'getHealth', status: 200 },
  { operation: 'getReadiness', status: 200 },
  { operation: 'getHealth', at: 'dark', status: 200 },

  { operation: 'getWorkspace', status: 200 },
  { operation: 'listOwners', status: 200 },
  { operation: 'endOwner', parameters: { ownerId: 'ownerToEnd' }, status: 204 },
  { operation: 'listOwners', status: 200 },
  { operation: 'listAdministrators', status: 200 },
  { operation: 'removeAdministrator', parameters: { administratorId: 'administratorToRemove' }, status: 204 },
  { operation: 'setRole', body: { id: 'contractor', name: 'Contractor', rank: 5 }, status: 201 },
  { operation: 'setRole', body: { id: 'contractor', name: 'External', rank: 6 }, status: 200 },
  { operation: 'listRoles', status: 200 },
  { operation: 'issueApiToken', body: { scopes: ['read', 'evidence'], expiresAt: '2096-01-01T00:00:00+01:00' }, status: 201 },
  { operation: 'listApiTokens', status: 200 },
  { operation: 'revokeApiToken', parameters: { apiTokenId: 'apiTokenToRevoke' }, status: 204 },

  { operation: 'listSsoConnections', status: 200 },
  { operation: 'listSsoVerifications', query: 'limit=1', status: 200 },
  {
    operation: 'openSsoVerification',
    fill: ({ ids }) => ({ connectionId: ids.candidateToRetire }),
    status: 201,
  },
  { operation: 'retireSso', parameters: { ssoConnectionId: 'candidateToRetire' }, status: 204 },
  { operation: 'listSsoConnections', status: 200 },

  { operation: 'getActivation', status: 200 },
  { operation: 'makeActivationPreview', status: 201 },
  { operation: 'makeActivationPreview', at: 'quiet', status: 201 },
  { operation: 'turnActivation', body: { state: 'on', reason: 'it is on already' }, status: 200 },

  { operation: 'getScope', status: 200 },
  { operation: 'listDirectoryConnections', status: 200 },
  {
    operation: 'addDirectoryConnection',
    at: 'quiet',
    body: {
      cloud: 'us-government-l4',
      tenantId: '00000000-0000-4000-8000-000000000001',
      clientId: '00000000-0000-4000-8000-000000000002',
      clientSecret: 'unknown to anybody',
    },
    status: 201,
  },
  { operation: 'listDirectoryConnections', at: 'quiet', status: 200 },
  { operation: 'getScope', at: 'quiet', status: 200 },
  { operation: 'makeActivationPreview', at: 'quiet', status: 201 },
  { operation: 'checkDirectoryConnection', parameters: { directoryConnectionId: 'connection' }, status: 200 },
  { operation: 'listDirectoryRuns', query: 'limit=1000', status: 200 },
  { operation: 'getDirectoryRun', parameters: { directoryRunId: 'completeRun' }, status: 200 },
  { operation: 'getDirectoryCoverage', status: 200 },
  { operation: 'getDirectoryCoverage', at: 'quiet', status: 200 },
  { operation: 'listDirectoryAccounts', query: 'limit=1000', status: 200 },
  { operation: 'listDirectoryAccounts', query: 'state=hard_deleted', status: 200 },
  { operation: 'listDirectoryGroups', status: 200 },

  { operation: 'listRosterImports', status: 200 },
  { operation: 'listPeople', query: 'limit=1000', status: 200 },
  {
    operation: 'importRoster',
    query: 'mode=import&full=true&allowRejected=true',
    raw: {
      type: 'text/csv; charset=utf-8',
      text: 'employee_id,work_email,start_date,end_date,shoe_size\nE-9000,nina@contoso.example,2026-01-01,,38\n,,,,38\n',
    },
    status: 201,
  },

  { operation: 'listScimCredentials', status: 200 },
  { operation: 'issueScimCredential', body: { label: 'ends some day', expiresAt: '2096-01-01T00:00:00Z' }, status: 201 },
  { operation: 'revokeScimCredential', parameters: { scimCredentialId: 'scimCredentialToRevoke' }, status: 204 },
  { operation: 'listScimCredentials', status: 200 },
  { operation: 'listScimExchanges', query: 'limit=1000', status: 200 },

  { operation: 'setPolicy', body: { slaHours: 0 }, status: 201 },
  { operation: 'listPolicies', status: 200 },
  { operation: 'listAccountLinks', query: 'limit=1000', status: 200 },
  {
    operation: 'decideAccountLink',
    fill: ({ ids }) => ({ personId: ids.person, system: 'directory', accountId: ids.account, action: 'link', reason: 'asked HR' }),
    status: 201,
  },
  { operation: 'reconcile', body: {}, status: 201 },
  { operation: 'listReconciliationRuns', status: 200 },
  { operation: 'listFindings', query: 'limit=1000', status: 200 },
  { operation: 'listFindings', query: 'effect=FAIL,N%2FA', status: 200 },

  {
    operation: 'createReport',
    body: { kind: 'interim', periodStart: '2026-01-01T00:00:00Z', periodEnd: '2026-04-01T00:00:00+02:00' },
    status: 201,
  },
  { operation: 'listReports', query: 'limit=500', status: 200 },
  { operation: 'getReport', parameters: { reportId: 'report' }, status: 200 },
  { operation: 'downloadBundle', parameters: { reportId: 'report' }, status: 200 },
  { operation: 'readReportFile', parameters: { reportId: 'report', path: 'reportPage' }, status: 200 },
  { operation: 'readReportFile', parameters: { reportId: 'report', path: 'reportManifest' }, status: 200 },

  { operation: 'listCheckpoints', query: 'limit=1000', status: 200 },
  { operation: 'getLatestCheckpoint', status: 200 },
  { operation: 'proveInclusion', query: 'recordId={record}', status: 200 },
  { operation: 'listLedgerRecords', query: 'limit=1000', status: 200 },
  { operation: 'listLedgerRecords', query: 'subjectId={connection}', status: 200 },

  { operation: 'startSignIn', status: 302 },
  { operation: 'startSignIn', headers: { accept: 'text/html' }, status: 302 },
];

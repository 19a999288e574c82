import type { Ask } from './ask.ts';
import { UNUSED } from './place.ts';

export interface RefusalRow extends Ask {
  readonly name: string;
  readonly status: number;
  /** The end of the problem's `type`. */
  readonly code: string;
}

const NOBODY = '00000000-0000-4000-8000-00000000dead';
const digest = 'f'.repeat(64);
const period = { kind: 'interim', periodStart: '2026-01-01T00:00:00Z', periodEnd: '2026-04-01T00:00:00Z' };
const csv = (text: string) => ({ type: 'text/csv', text });

const invalid = { status: 400, code: 'invalid-request' } as const;
const conflict = { status: 409, code: 'conflict' } as const;
const signInFailed = { status: 403, code: 'sign-in-failed' } as const;

/** Requests that nobody can understand. */
const badRequests: readonly RefusalRow[] = [
  { name: 'a limit beyond the most', operation: 'listReports', query: 'limit=501', ...invalid },
  { name: 'a parameter given twice', operation: 'listPeople', query: 'limit=1&limit=2', ...invalid },
  { name: 'an address of nobody in particular', operation: 'listDirectoryAliases', ...invalid },
  { name: 'the roles of nobody in particular', operation: 'listRoleAssignments', query: 'principalId=ada', ...invalid },
  { name: 'a state that no account has', operation: 'listDirectoryAccounts', query: 'state=asleep', ...invalid },
  { name: 'an effect that no verdict has', operation: 'listFindings', query: 'effect=GREAT', ...invalid },
  { name: 'half a period', operation: 'listComplianceTests', query: 'from=2026-01-01T00:00:00Z', ...invalid },
  {
    name: 'a period of a test of the present',
    operation: 'getComplianceTest',
    parameters: { testId: 'accountTest' },
    query: 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z',
    ...invalid,
  },
  { name: 'a class of answers that SCIM has not', operation: 'listScimExchanges', query: 'status=3xx', ...invalid },
  { name: 'an instant that is none', operation: 'listScimExchanges', query: 'from=yesterday', ...invalid },
  { name: 'the exchanges of no cycle', operation: 'listScimExchanges', query: 'cycle={scimUser}', ...invalid },
  { name: 'a page of cycles beyond the most', operation: 'listScimCycles', query: 'limit=201', ...invalid },
  { name: 'a page of cycles after none', operation: 'listScimCycles', query: 'after={scimUser}', ...invalid },
  { name: 'a proof of nothing', operation: 'proveInclusion', ...invalid },
  { name: 'a subject that is no id', operation: 'listLedgerRecords', query: 'subjectId=x', ...invalid },
  {
    name: 'a person who is nobody',
    operation: 'nameOwnerPerson',
    at: 'quiet',
    parameters: { ownerId: 'quietOwner' },
    body: { reason: 'x' },
    ...invalid,
  },
  { name: 'a state that no finding has', operation: 'listOwnerFindings', query: 'state=ajar', ...invalid },
  { name: 'a kind that no disposition has', operation: 'decideDisposition', body: { kind: 'ignore' }, ...invalid },
  { name: 'a class that no account has', operation: 'requestAccountClassification', body: { system: 'scim', class: 'robot' }, ...invalid },
  { name: 'a missing member', operation: 'setPolicy', body: {}, ...invalid },
  { name: 'two clocks of one policy', operation: 'setPolicy', body: { slaHours: 24, businessDays: 1 }, ...invalid },
  {
    name: 'a privileged role that the catalogue lacks',
    operation: 'setPolicy',
    body: { slaHours: 24, privilegedSlaHours: 4, privilegedRoles: ['king'] },
    ...invalid,
  },
  { name: 'a member that nobody knows', operation: 'setPolicy', body: { slaHours: 24, grace: 1 }, ...invalid },
  { name: 'a member beyond its range', operation: 'setPolicy', body: { slaHours: 8761 }, ...invalid },
  {
    name: 'a reason too long',
    operation: 'setPolicy',
    headers: { 'rollcall-reason': 'x'.repeat(1_001) },
    body: { slaHours: 1 },
    ...invalid,
  },
  { name: 'a reason of nothing', operation: 'setPolicy', headers: { 'rollcall-reason': '%20' }, body: { slaHours: 1 }, ...invalid },
  { name: 'a reason half encoded', operation: 'setPolicy', headers: { 'rollcall-reason': '100 %' }, body: { slaHours: 1 }, ...invalid },
  {
    name: 'a reason that no database holds',
    operation: 'setPolicy',
    headers: { 'rollcall-reason': '%00' },
    body: { slaHours: 1 },
    ...invalid,
  },
  { name: 'a body that is a list', operation: 'setPolicy', body: [], ...invalid },
  { name: 'a member where none is known', operation: 'reconcile', body: { now: true }, ...invalid },
  { name: 'a protocol that is none', operation: 'configureSso', body: { protocol: 'ws-federation' }, ...invalid },
  { name: 'SAML without metadata', operation: 'configureSso', body: { protocol: 'saml', tenantId: UNUSED }, ...invalid },
  { name: 'an id that is none', operation: 'openSsoVerification', body: { connectionId: 'x' }, ...invalid },
  { name: 'a digest that is none', operation: 'turnActivation', body: { state: 'off', reason: 'x', previewDigest: 'x' }, ...invalid },
  { name: 'a role that the catalogue lacks', operation: 'inviteAdministrator', body: { email: 'a@b.example', roleId: 'king' }, ...invalid },
  { name: 'an address that is none', operation: 'inviteAdministrator', body: { email: 'nobody', roleId: 'admin' }, ...invalid },
  { name: 'a role id that SCIM could not carry', operation: 'setRole', body: { id: '"x"', name: 'X', rank: 1 }, ...invalid },
  { name: 'a source of roles given twice', operation: 'setRoleSources', body: { sources: ['roles', 'roles'] }, ...invalid },
  { name: 'a source of roles that is none', operation: 'setRoleSources', body: { sources: ['title'] }, ...invalid },
  { name: 'a reason that no role has', operation: 'listUserRoles', query: 'because=luck', ...invalid },
  { name: 'a scope that is none', operation: 'issueApiToken', body: { scopes: ['everything'] }, ...invalid },
  { name: 'an owner who says not for whom', operation: 'issueApiToken', credential: 'owner', body: { scopes: ['read'] }, ...invalid },
  {
    name: 'a credential that has ended',
    operation: 'issueScimCredential',
    body: { label: 'x', expiresAt: '2020-01-01T00:00:00Z' },
    ...invalid,
  },
  {
    name: 'a period that ends before it starts',
    operation: 'createReport',
    body: { ...period, periodEnd: '2025-01-01T00:00:00Z' },
    ...invalid,
  },
  { name: 'an address of nowhere', operation: 'setRosterSource', body: { url: 'nowhere', everyHours: 24 }, ...invalid },
  {
    name: 'a decision on a held roster that is none',
    operation: 'decideHeldImport',
    parameters: { heldImportId: 'heldImport' },
    body: { decision: 'accepted', reason: 'x' },
    ...invalid,
  },
  { name: 'a pull with a member', operation: 'pullRoster', body: { now: true }, ...invalid },
  { name: 'a preset that is none', operation: 'setRosterMapping', body: { preset: 'sap' }, ...invalid },
  {
    name: 'an answer that is none',
    operation: 'decideListing',
    parameters: { personId: 'droppedPerson' },
    body: { decision: 'perhaps' },
    ...invalid,
  },
  { name: 'an import of no mode', operation: 'importRoster', raw: csv('employee_id\n'), ...invalid },
  { name: 'a roster without its columns', operation: 'importRoster', query: 'mode=dry-run', raw: csv('name\nNina\n'), ...invalid },
  {
    name: 'a roster with rows that cannot be taken',
    operation: 'importRoster',
    query: 'mode=import',
    raw: csv('employee_id,work_email,start_date,end_date\nE-1,nina@contoso.example,yesterday,\n'),
    ...invalid,
  },
  { name: 'the end of a session that is none', operation: 'endSession', ...invalid },
  {
    name: 'a grace without end',
    operation: 'setAccessPolicy',
    body: { graceDays: 365, ssoVerificationDays: 90, ownerDrillDays: 90 },
    ...invalid,
  },
  { name: 'a schema that is none', operation: 'reviewMapping', body: { schema: {} }, ...invalid },
  {
    name: 'a tenant that is looked at less than once a day',
    operation: 'setDirectorySchedule',
    parameters: { directoryConnectionId: 'connection' },
    body: { syncEveryMinutes: 60, fullEveryMinutes: 1440 },
    ...invalid,
  },
  {
    name: 'a decision that is none',
    operation: 'decideDirectoryRun',
    parameters: { directoryRunId: 'completeRun' },
    body: { decision: 'later', reason: 'x' },
    ...invalid,
  },
  {
    name: 'a credential that is none',
    operation: 'addDirectoryCredential',
    parameters: { directoryConnectionId: 'connection' },
    body: { certificate: 'no key' },
    ...invalid,
  },
  { name: 'no expression', operation: 'lintExpression', body: {}, ...invalid },
  { name: 'a connection named twice', operation: 'startSignIn', query: 'connection=a&connection=b', ...invalid },
];

/** Requests of somebody who may not, or of nobody. */
const notAllowed: readonly RefusalRow[] = [
  {
    name: 'a token that nobody was given',
    operation: 'getWorkspace',
    credential: { token: 'rca_x' },
    status: 401,
    code: 'unauthenticated',
  },
  { name: 'metrics without their token', operation: 'getMetrics', status: 401, code: 'unauthenticated' },
  { name: 'metrics where nobody asked for them', operation: 'getMetrics', at: 'secure', status: 404, code: 'not-found' },
  {
    name: 'a token for somebody else',
    operation: 'issueApiToken',
    fill: ({ ids }) => ({ administratorId: ids.administratorToRemove, scopes: ['read'] }),
    status: 403,
    code: 'forbidden',
  },
  { name: 'a sign-in through an unknown connection', operation: 'startSignIn', query: `connection=${digest.slice(0, 8)}`, ...signInFailed },
  { name: 'a sign-in where there is no single sign-on', operation: 'startSignIn', at: 'quiet', ...signInFailed },
  { name: 'an answer to a sign-in that nobody began', operation: 'finishSignInByQuery', query: 'code=x&state=y', ...signInFailed },
  { name: 'an answer by form where the query was asked for', operation: 'finishSignInByForm', ...signInFailed },
  { name: 'a SAML response that nobody has asked for', operation: 'finishSignInBySaml', ...signInFailed },
  { name: 'an answer by query where a form was asked for', operation: 'finishSignInByQuery', at: 'secure', ...signInFailed },
];

/** Requests that the state of things stands against. */
const conflicts: readonly RefusalRow[] = [
  {
    name: 'the end of the only administrator',
    operation: 'removeAdministrator',
    at: 'quiet',
    parameters: { administratorId: 'quietAdministrator' },
    status: 409,
    code: 'last-administrator',
  },
  {
    name: 'the end of the only owner',
    operation: 'endOwner',
    at: 'quiet',
    parameters: { ownerId: 'quietOwner' },
    status: 409,
    code: 'last-owner',
  },
  {
    name: 'a second invitation',
    operation: 'inviteAdministrator',
    body: { email: 'ada.administrator@contoso.example', roleId: 'admin' },
    ...conflict,
  },
  {
    name: 'an activation without a sign-in',
    operation: 'activateSso',
    at: 'quiet',
    parameters: { ssoConnectionId: 'quietCandidate' },
    status: 409,
    code: 'sso-not-verified',
  },
  { name: 'an activation of what is retired', operation: 'activateSso', parameters: { ssoConnectionId: 'candidateToRetire' }, ...conflict },
  {
    name: 'a verification of what is retired',
    operation: 'openSsoVerification',
    fill: ({ ids }) => ({ connectionId: ids.candidateToRetire }),
    ...conflict,
  },
  {
    name: 'the end of single sign-on under SCIM',
    operation: 'retireSso',
    parameters: { ssoConnectionId: 'activeSso' },
    status: 409,
    code: 'sso-in-use',
  },
  {
    name: 'a switch that nothing is ready for',
    operation: 'turnActivation',
    at: 'quiet',
    body: { state: 'on', reason: 'x' },
    status: 409,
    code: 'activation-blocked',
  },
  {
    name: 'a preview that is not the present one',
    operation: 'turnActivation',
    body: { state: 'off', reason: 'x', previewDigest: digest },
    status: 409,
    code: 'preview-stale',
  },
  {
    name: 'a scope under SCIM',
    operation: 'setScope',
    fill: ({ ids }) => ({ connectionId: ids.connection, includeGroups: [], includeUsers: [] }),
    status: 409,
    code: 'scope-overridden',
  },
  {
    name: 'a second decision on a held roster',
    operation: 'decideHeldImport',
    credential: 'owner',
    parameters: { heldImportId: 'heldImport' },
    body: { decision: 'released', reason: 'x' },
    ...conflict,
  },
  {
    name: 'a second decision on a run',
    operation: 'decideDirectoryRun',
    parameters: { directoryRunId: 'heldRun' },
    body: { decision: 'accepted', reason: 'x' },
    ...conflict,
  },
  {
    name: 'the end of the last credential',
    operation: 'removeDirectoryCredential',
    parameters: { directoryConnectionId: 'connection', directoryCredentialId: 'directoryCredential' },
    ...conflict,
  },
  {
    name: 'a second connection to a tenant',
    operation: 'addDirectoryConnection',
    fill: ({ servers, application }) => ({
      cloud: 'commercial',
      tenantId: servers.stage.tenant.tenantId,
      clientId: application.appId,
      clientSecret: application.clientSecret,
    }),
    ...conflict,
  },
  {
    name: 'a secret of a client that is not there',
    operation: 'issueScimCredential',
    body: { kind: 'oauth-client', label: 'x', clientId: NOBODY },
    status: 404,
    code: 'not-found',
  },
  {
    name: 'a second enrolment of a tenant',
    operation: 'issueScimCredential',
    body: { kind: 'entra-jwt', label: 'x', cloud: 'commercial', tenantId: UNUSED },
    ...conflict,
  },
  {
    name: 'a caller of what has none',
    operation: 'confirmScimCaller',
    parameters: { scimCredentialId: 'scimWorkload' },
    body: { appId: UNUSED, objectId: UNUSED },
    ...conflict,
  },
  {
    name: 'a link that is decided already',
    operation: 'decideAccountLink',
    fill: ({ ids }) => ({ personId: ids.person, system: 'directory', accountId: ids.account, action: 'link', reason: 'again' }),
    ...conflict,
  },
  {
    name: 'an acknowledgement that somebody left',
    operation: 'acknowledgeAttempts',
    parameters: { ownerFindingId: 'leftFinding' },
    body: { reason: 'fine' },
    ...conflict,
  },
  {
    name: 'a second classification of an account',
    operation: 'requestAccountClassification',
    fill: ({ ids }) => ({
      system: 'directory',
      accountId: ids.freeAccount,
      class: 'shared',
      ownerPersonId: ids.person,
      reason: 'again',
      expiresAt: '2096-01-01T00:00:00Z',
    }),
    ...conflict,
  },
  {
    name: 'the approval of what is approved',
    operation: 'approveAccountClassification',
    parameters: { classificationId: 'classificationApproved' },
    ...conflict,
  },
  {
    name: 'a second disposition of a finding',
    operation: 'decideDisposition',
    fill: ({ ids }) => ({ findingId: ids.freeFinding, kind: 'dispute', reason: 'again' }),
    ...conflict,
  },
  {
    name: 'the approval of what needs none',
    operation: 'approveException',
    parameters: { dispositionId: 'disputed' },
    ...conflict,
  },
  { name: 'a reconciliation without a policy', operation: 'reconcile', at: 'quiet', ...conflict },
  { name: 'a report on what was never reconciled', operation: 'createReport', at: 'quiet', body: period, ...conflict },
];

/** Bodies that are not even read. */
const unreadable: readonly RefusalRow[] = [
  {
    name: 'a roster that is no file',
    operation: 'importRoster',
    query: 'mode=import',
    raw: { type: 'application/pdf', text: '%PDF' },
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    name: 'a sign-in form of more than 64 KiB',
    operation: 'finishSignInByForm',
    raw: { type: 'application/x-www-form-urlencoded', text: `code=${'x'.repeat(65_536)}` },
    status: 413,
    code: 'payload-too-large',
  },
  {
    name: 'a SAML response of more than 384 KiB',
    operation: 'finishSignInBySaml',
    raw: { type: 'application/x-www-form-urlencoded', text: `SAMLResponse=${'x'.repeat(393_216)}` },
    status: 413,
    code: 'payload-too-large',
  },
  {
    name: 'a SAML response in a character set that nobody knows',
    operation: 'finishSignInBySaml',
    raw: { type: 'application/x-www-form-urlencoded; charset=klingon', text: 'SAMLResponse=x' },
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    name: 'a token request of more than 64 KiB',
    operation: 'requestScimToken',
    raw: { type: 'application/x-www-form-urlencoded', text: `client_id=${'x'.repeat(65_536)}` },
    status: 413,
    code: 'payload-too-large',
  },
  {
    name: 'a token request in a character set that nobody knows',
    operation: 'requestScimToken',
    raw: { type: 'application/x-www-form-urlencoded; charset=klingon', text: 'client_id=x' },
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    name: 'a sign-in form in a character set that nobody knows',
    operation: 'finishSignInByForm',
    raw: { type: 'application/x-www-form-urlencoded; charset=klingon', text: 'code=x' },
    status: 415,
    code: 'unsupported-media-type',
  },
];

export const refusalRows: readonly RefusalRow[] = [...badRequests, ...notAllowed, ...conflicts, ...unreadable];

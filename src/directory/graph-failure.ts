/**
 * Every way in which the directory can fail to be read, with what it means and what to do. Closed: the code is stored with
 * a failed run and is the reason of a gap in the evidence.
 */
export const graphFailures = {
  'secret-expired': {
    detail: 'The client secret has expired.',
    next: 'Create a new secret for the application in Entra, then add it to the connection.',
  },
  'certificate-expired': {
    detail: 'The certificate has expired.',
    next: 'Upload a new certificate to the application in Entra, then add it to the connection.',
  },
  'certificate-rejected': {
    detail: 'Entra does not accept the certificate: the application does not know it, or no longer.',
    next: 'Upload the certificate under Certificates & secrets of the application.',
  },
  'secret-wrong': {
    detail: 'Entra does not accept the client secret.',
    next: "Use the secret's value. What is often pasted instead is the secret's id, which looks like a UUID.",
  },
  'tenant-unknown': { detail: 'Entra knows no tenant with this id in this cloud.', next: 'Check the tenant id and the cloud.' },
  'app-not-in-tenant': {
    detail: 'The application is not in this tenant.',
    next: 'Check that the client id and the tenant id belong together, and that the application was registered or consented to there.',
  },
  'app-disabled': { detail: 'The application is disabled in the tenant.', next: 'Enable it under Enterprise applications.' },
  'wrong-cloud': {
    detail: 'The tenant or the token belongs to another Microsoft cloud.',
    next: 'GCC uses the commercial cloud, GCC High is US Government L4, DoD is US Government L5.',
  },
  'blocked-by-policy': {
    detail: 'A Conditional Access policy of the tenant blocks this application.',
    next: 'Exclude the application from the policy for workload identities, or allow the address that Rollcall calls from.',
  },
  'token-refused': { detail: 'Entra refused to issue a token.', next: 'Check the tenant id, the client id and the secret.' },
  'token-rejected': { detail: 'Microsoft Graph rejects the token that Entra has just issued.', next: 'Check the cloud of the connection.' },
  'permission-missing': {
    detail:
      'The application permission Directory.Read.All is missing, not consented to, or granted as Delegated: Graph does not tell these apart.',
    next: 'Add Directory.Read.All as an Application permission of Microsoft Graph and grant admin consent.',
  },
  'permission-unknown': {
    detail:
      'The token does not say which permissions it carries, and Microsoft Graph answers as if there were nothing to whoever lacks this one.',
    next: 'Nothing: whether there is something to be read cannot be told.',
  },
  'access-denied': {
    detail: 'Microsoft Graph denies access for another reason than a missing permission.',
    next: 'Look for a policy, a licence or a gateway between Rollcall and Graph.',
  },
  throttled: { detail: 'Microsoft Graph kept refusing for too many requests.', next: 'Wait; see what else reads the tenant so often.' },
  'took-too-long': {
    detail: 'The look did not come to its end within 12 hours: links to pages do not live much longer.',
    next: 'Start another one; look at how fast the tenant answers, and at what else reads it.',
  },
  'graph-unavailable': { detail: 'Microsoft Graph kept answering with server errors.', next: 'Wait and try again.' },
  unreachable: {
    detail: 'Microsoft could not be reached.',
    next: 'Check name resolution, proxies and firewalls between Rollcall and Microsoft.',
  },
  'outbound-refused': { detail: 'The address may not be called from here.', next: 'Check which hosts the operator allows.' },
  'page-expired': { detail: 'Microsoft Graph let the listing expire before it was read to its end.', next: 'Try again.' },
  'delta-expired': {
    detail: 'Microsoft Graph no longer knows where the last look at changes ended.',
    next: 'Nothing: the whole tenant is looked at instead.',
  },
  'foreign-next-link': {
    detail: 'A page led to another host, which was not followed: the token would have gone there.',
    next: 'Find out what stands between Rollcall and Microsoft Graph and rewrites its answers.',
  },
  'not-found': { detail: 'Microsoft Graph has no such object.', next: 'Check the id.' },
  'request-refused': { detail: 'Microsoft Graph refuses a request that it should accept.', next: 'Report this with the request id.' },
  'unexpected-answer': {
    detail: 'The answer is not what Microsoft Graph documents.',
    next: 'Find out what stands between Rollcall and Graph.',
  },
  'account-state-missing': {
    detail: 'A user came without accountEnabled, so that nothing can be said about the account.',
    next: 'Check that nothing between Rollcall and Graph strips properties.',
  },
  'licence-missing': {
    detail: 'Microsoft said every time that it was asked that the tenant has no premium licence for this.',
    next: 'It takes Microsoft Entra ID P1. Where the tenant has that, the answer passes: it is asked again at the next look.',
  },
  'azure-reader-missing': {
    detail: 'Azure Resource Manager shows no subscription at all, which is what it answers when Reader is granted on none.',
    next: 'Azure portal → Subscriptions → the subscription → Access control (IAM) → Add role assignment → Reader → the application.',
  },
  'azure-subscription-hidden': {
    detail:
      'Azure Resource Manager does not show every subscription of the connection: Reader is not granted there, or it was moved to another tenant.',
    next: 'Grant Reader on each subscription of the connection, or connect it without those that are gone.',
  },
  'azure-authorization-failed': {
    detail: 'Azure Resource Manager answers AuthorizationFailed: the application may not read role assignments there.',
    next: 'Grant the application Reader on the subscription itself; a role on a resource group is not enough.',
  },
  'connection-removed': { detail: 'The connection was removed.', next: 'Connect the tenant again if it is to be read.' },
  rejected: {
    detail: 'A person rejected the look, in which too many accounts were missing.',
    next: 'Find out why they were missing, then start another one.',
  },
  interrupted: { detail: 'The run was interrupted before its end.', next: 'Start another one.' },
  internal: { detail: 'The run failed for a reason on our side.', next: 'Look into the log of the server.' },
} as const satisfies Record<string, { detail: string; next: string }>;

export type GraphFailureCode = keyof typeof graphFailures;

export interface GraphFailureFacts {
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** The error code in Graph's or Entra's own words. */
  readonly said?: string;
  /** Microsoft's name for the request, for their support. */
  readonly requestId?: string;
}

/** The directory could not be read. Never holds what the answer said at length: that may name people. */
export class GraphFailure extends Error {
  readonly code: GraphFailureCode;
  readonly facts: GraphFailureFacts;

  constructor(code: GraphFailureCode, facts: GraphFailureFacts = {}, options?: ErrorOptions) {
    super(sentence(code, facts), options);
    this.name = 'GraphFailure';
    this.code = code;
    this.facts = facts;
  }
}

function sentence(code: GraphFailureCode, { status, said, requestId }: GraphFailureFacts): string {
  const facts = [status, said, requestId && `request ${requestId}`].filter((fact) => fact !== undefined && fact !== '');
  return facts.length === 0 ? graphFailures[code].detail : `${graphFailures[code].detail} (${facts.join(', ')})`;
}

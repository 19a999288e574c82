import type { GraphFailureCode } from './graph-failure.ts';
import { type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';

/** Entra documents `error` as what to react to (RFC 6749 §5.2). */
const byTokenError: Readonly<Record<string, GraphFailureCode>> = {
  invalid_client: 'secret-wrong',
  unauthorized_client: 'app-not-in-tenant',
  invalid_resource: 'wrong-cloud',
  temporarily_unavailable: 'throttled',
};

/** `error_codes` may change and only refine: microsoft-graph §1.6. */
const byTokenErrorCode: ReadonlyMap<number, GraphFailureCode> = new Map([
  [7000222, 'secret-expired'],
  [7000215, 'secret-wrong'],
  [7000218, 'secret-wrong'],
  [700027, 'certificate-rejected'],
  [50012, 'certificate-rejected'],
  [90002, 'tenant-unknown'],
  [700016, 'app-not-in-tenant'],
  [7000112, 'app-disabled'],
  [90038, 'wrong-cloud'],
  [900382, 'wrong-cloud'],
  [900432, 'wrong-cloud'],
  [500011, 'wrong-cloud'],
  [53003, 'blocked-by-policy'],
  [530032, 'blocked-by-policy'],
  [90055, 'throttled'],
]);

export interface Classified {
  readonly code: GraphFailureCode;
  /** The error in the peer's own word, if it is short enough to be one. */
  readonly said: string | undefined;
}

/** What a refused token request means. */
export function classifyTokenFailure(status: number, body: JsonObject | undefined): Classified {
  const said = body && wordAt(body, 'error');
  const refined = (body === undefined ? [] : listAt(body, 'error_codes')).map((code) => byTokenErrorCode.get(Number(code)));
  const code = refined.find((known) => known !== undefined) ?? byTokenError[said ?? ''];
  return { code: code ?? (isTransient(status) ? transientCode(status) : 'token-refused'), said };
}

const byGraphCode: Readonly<Record<string, GraphFailureCode>> = {
  InvalidAuthenticationToken: 'token-rejected',
  Authorization_RequestDenied: 'permission-missing',
  Authentication_MSGraphPermissionMissing: 'permission-missing',
  PermissionScopeNotGranted: 'permission-missing',
  AadPremiumLicenseRequired: 'licence-missing',
  Authentication_RequestFromNonPremiumTenantOrB2CTenant: 'licence-missing',
  Directory_ExpiredPageToken: 'page-expired',
  AuthorizationFailed: 'azure-authorization-failed',
};

const byStatus: Readonly<Record<number, GraphFailureCode>> = {
  401: 'token-rejected',
  403: 'access-denied',
  404: 'not-found',
  410: 'page-expired',
  429: 'throttled',
};

/** What an answer other than 200 means. A 403 can come as HTML from a gateway, so a body is not needed: microsoft-graph §1.6. */
export function classifyGraphFailure(status: number, body: JsonObject | undefined, asked: URL): Classified {
  const error = body && objectAt(body, 'error');
  const said = error && wordAt(error, 'code');
  if (isTokenDeath(status, said, asked)) return { code: 'delta-expired', said };
  const code = byGraphCode[said ?? ''] ?? byStatus[status] ?? (isTransient(status) ? transientCode(status) : 'request-refused');
  return { code, said };
}

/**
 * Whether Graph no longer knows the state that a delta query refers to. It says so in three ways (microsoft-graph §0 #1), and
 * only of a request that carried a token: an error of a first request is something else.
 */
function isTokenDeath(status: number, said: string | undefined, { pathname, searchParams }: URL): boolean {
  const carriesToken = searchParams.has('$deltatoken') || (pathname.endsWith('/delta') && searchParams.has('$skiptoken'));
  if (!carriesToken || isTransient(status)) return false;
  if (status === 410 || /^(syncStateNotFound|resyncRequired)$/i.test(said ?? '')) return true;
  return status === 400 && said === 'Request_UnsupportedQuery' && searchParams.has('$deltatoken');
}

/** Whether the same request may succeed later: microsoft-graph §2.5. */
export function isTransient(status: number): boolean {
  return status === 429 || status === 500 || status === 502 || status === 503 || status === 504;
}

function transientCode(status: number): GraphFailureCode {
  return status === 429 ? 'throttled' : 'graph-unavailable';
}

function wordAt(body: JsonObject, name: string): string | undefined {
  const text = textAt(body, name);
  return text !== undefined && /^[\w.-]{1,80}$/.test(text) ? text : undefined;
}

import type { IncomingMessage } from 'node:http';

export type Json = Record<string, unknown>;

export interface DoubleRequest {
  readonly method: string;
  /** Such as `/Users/3`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Json;
}

export interface DoubleAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const MAX_RESULTS = 50;

export function refusal(status: number, scimType?: string): DoubleAnswer {
  return {
    status,
    body: { schemas: [ERROR], status: String(status), ...(scimType !== undefined && { scimType }), detail: 'The double refuses.' },
  };
}

export function listed(hits: readonly unknown[], totalResults = hits.length, startIndex = 1): DoubleAnswer {
  return { status: 200, body: { schemas: [LIST], totalResults, startIndex, itemsPerPage: hits.length, Resources: hits } };
}

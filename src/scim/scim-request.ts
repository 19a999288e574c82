import type { Instant, ScimCredentialId, ScimGroupId, ScimUserId, WorkspaceId } from '../kernel/index.ts';
import type { ResourceType } from '../scim-protocol/index.ts';
import type { ExchangeContent } from './exchange-store.ts';

/** The largest body that is read, in bytes: room for 10,000 members of a group with their `$ref`s in one PATCH. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** A SCIM request as any front hands it in. */
export interface ScimRequest {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Reads the body; called once at most, and not before the credential is known. Throws ScimError `payloadTooLarge` beyond `limit` bytes. */
  readonly readBody: (limit: number) => Promise<Buffer>;
}

/** JSON text: whole, or in pieces that are made as the client takes them, so that no answer fills the memory. */
export type Body = string | AsyncIterable<string>;

export interface ScimResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, in pieces where it may be long; undefined for 204 and 304. */
  readonly body: Body | undefined;
}

/** The credential that a request carries. The statement that reads or writes checks again whether it is live. */
export interface PresentedCredential {
  readonly id: ScimCredentialId;
  /** How its requests are taken: `strict` as the RFC wants, whole or not at all. */
  readonly mode: 'entra' | 'strict';
  readonly isLive: boolean;
  /** The SCIM switch as it was looked up, or `on` from the cache. */
  readonly switchState: 'off' | 'on';
}

export interface JsonBody {
  readonly value: unknown;
  readonly sha256: Buffer;
}

/** What is known of a request before anybody is asked. */
export interface ScimCall {
  readonly request: ScimRequest;
  readonly requestId: string;
  /** When the request had arrived, with its body where it has one that is read. */
  readonly at: Instant;
  /** As written in the address; undefined when it is no UUID, and then nothing can be found. */
  readonly workspaceId: WorkspaceId | undefined;
  /** The path without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly credential: PresentedCredential | undefined;
  readonly body: JsonBody | undefined;
  /** The id that a new resource takes, where it was given beforehand; else it gets one. */
  readonly newResourceId?: ScimUserId | ScimGroupId | undefined;
}

/** A call that may be answered: workspace and credential are known. */
export interface AdmittedCall extends ScimCall {
  readonly workspaceId: WorkspaceId;
  readonly credential: PresentedCredential;
}

/** What an endpoint answers, and what is left to be written to the wire log. */
export interface ScimAnswer {
  readonly status: 200 | 201 | 204 | 304;
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * `written`: the statement of the change wrote it. `counted`: a plain read, a counter is enough. `probed`: Entra's Test Connection,
   * counted apart.
   * Content: nothing changed or something was tolerated, a row remains to be written.
   */
  readonly wire: 'written' | 'counted' | 'probed' | Partial<ExchangeContent>;
}

export type CountedResource = ResourceType['name'] | 'Discovery';

/** The JSON body of a call whose pipeline has read one. */
export function bodyOf(call: ScimCall): JsonBody {
  if (call.body === undefined) throw new Error('the endpoint runs without the step that reads the body');
  return call.body;
}

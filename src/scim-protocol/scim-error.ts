/**
 * Every error that the SCIM data plane answers: status, RFC 7644 §3.12 `scimType` and the sentence that defines it.
 * Table 9 of the RFC, and RFC 9865 §2.1, for those with a scimType, Table 8 for the others.
 */
const scimErrors = {
  invalidFilter: {
    status: 400,
    scimType: 'invalidFilter',
    sentence: 'The specified filter syntax was invalid, or the specified attribute and filter comparison combination is not supported.',
  },
  uniqueness: {
    status: 409,
    scimType: 'uniqueness',
    sentence: 'One or more of the attribute values are already in use or are reserved.',
  },
  mutability: {
    status: 400,
    scimType: 'mutability',
    sentence: "The attempted modification is not compatible with the target attribute's mutability or current state.",
  },
  invalidSyntax: {
    status: 400,
    scimType: 'invalidSyntax',
    sentence: 'The request body message structure was invalid or did not conform to the request schema.',
  },
  invalidPath: { status: 400, scimType: 'invalidPath', sentence: 'The "path" attribute was invalid or malformed.' },
  noTarget: {
    status: 400,
    scimType: 'noTarget',
    sentence: 'The specified "path" did not yield an attribute or attribute value that could be operated on.',
  },
  invalidValue: {
    status: 400,
    scimType: 'invalidValue',
    sentence:
      'A required value was missing, or the value specified was not compatible with the operation or attribute type, or resource schema.',
  },
  invalidCursor: {
    status: 400,
    scimType: 'invalidCursor',
    sentence: 'The cursor is none that was answered for this query (RFC 9865 §2.1).',
  },
  invalidCount: {
    status: 400,
    scimType: 'invalidCount',
    sentence: 'The count is no number of resources that a page can have (RFC 9865 §2.1).',
  },
  unauthenticated: { status: 401, sentence: 'Authorization failure. The authorization header is invalid or missing.' },
  forbidden: { status: 403, sentence: 'Operation is not permitted based on the supplied authorization.' },
  notFound: { status: 404, sentence: 'Specified resource or endpoint does not exist.' },
  methodNotAllowed: { status: 405, sentence: 'The endpoint does not take this method (RFC 9110 §15.5.6).' },
  preconditionFailed: { status: 412, sentence: 'Failed to update. Resource has changed on the server.' },
  uriTooLong: { status: 414, sentence: 'The address is longer than the service provider takes (RFC 9110 §15.5.15).' },
  payloadTooLarge: { status: 413, sentence: 'The request body is larger than the service provider takes.' },
  unsupportedMediaType: { status: 415, sentence: 'The body has a media type that the endpoint does not take (RFC 9110 §15.5.16).' },
  internal: { status: 500, sentence: 'An internal error.' },
  notImplemented: { status: 501, sentence: 'Service provider does not support the request operation.' },
  unavailable: { status: 503, sentence: 'The service provider cannot handle the request now (RFC 9110 §15.6.4).' },
} as const satisfies Record<string, { status: number; scimType?: string; sentence: string }>;

export type ScimErrorCode = keyof typeof scimErrors;

/** Every code there is. */
export const scimErrorCodes = Object.keys(scimErrors) as readonly ScimErrorCode[];

/** A SCIM request that is refused. `detail` is shown to the customer's administrator by Entra: say what to do. */
export class ScimError extends Error {
  readonly code: ScimErrorCode;
  /** Header fields that the answer carries, such as `Allow`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ScimErrorCode, detail: string = scimErrors[code].sentence, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.name = 'ScimError';
    this.code = code;
    this.headers = headers;
  }

  get status(): number {
    return scimErrors[this.code].status;
  }

  get scimType(): string | undefined {
    const entry = scimErrors[this.code];
    return 'scimType' in entry ? entry.scimType : undefined;
  }
}

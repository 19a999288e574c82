import type { CanonicalObject } from '../kernel/index.ts';
import type { ScimError } from './scim-error.ts';
import { ERROR_URN } from './urn.ts';

/** RFC 7644 §3.12: the body of an error; `status` is a string. */
export function renderError(error: ScimError): CanonicalObject {
  const { status, scimType, message } = error;
  return { schemas: [ERROR_URN], status: String(status), ...(scimType === undefined ? {} : { scimType }), detail: message };
}

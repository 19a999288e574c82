import { ScimError } from '../scim-protocol/index.ts';
import type { StepContext } from './pipeline-step.ts';
import type { ScimCall } from './scim-request.ts';

/** The longest address that is read, in characters: a filter of the greatest length with every character escaped. */
const MAX_ADDRESS_LENGTH = 8192;

/** RFC 9110 §15.5.15; a longer filter fits into the body of a search (RFC 7644 §3.4.3). */
export function refuseLongAddress(_context: StepContext, call: ScimCall): ScimCall {
  if (call.request.url.length <= MAX_ADDRESS_LENGTH) return call;
  throw new ScimError('uriTooLong', `The address is longer than ${MAX_ADDRESS_LENGTH} characters; send a long filter to .search.`);
}

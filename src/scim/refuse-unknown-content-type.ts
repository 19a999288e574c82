import { ScimError } from '../scim-protocol/index.ts';
import type { StepContext } from './pipeline-step.ts';
import type { ScimCall } from './scim-request.ts';

const TAKEN = new Set(['application/scim+json', 'application/json']);
/** What nearly every request says; the others are taken apart. */
const USUAL = new Set(['application/scim+json', 'application/scim+json; charset=utf-8', 'application/json']);

/** RFC 7644 §3.1: SCIM's JSON under either of its names, in UTF-8, not compressed. A body without a type is taken for one. */
export function refuseUnknownContentType(_context: StepContext, call: ScimCall): ScimCall {
  const { headers } = call.request;
  const isUsual = headers['content-encoding'] === undefined && USUAL.has(headers['content-type'] ?? '');
  if (isUsual || isTaken(headers)) return call;
  throw new ScimError('unsupportedMediaType', 'A body is application/scim+json in UTF-8, without a Content-Encoding.');
}

function isTaken(headers: ScimCall['request']['headers']): boolean {
  const [type = '', ...parameters] = (headers['content-type'] ?? 'application/scim+json')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  return TAKEN.has(type) && (charset ?? 'utf-8') === 'utf-8' && encoding === 'identity';
}

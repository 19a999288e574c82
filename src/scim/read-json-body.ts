import { createHash } from 'node:crypto';
import { nestsDeeperThan } from '../platform/index.ts';
import { ScimError } from '../scim-protocol/index.ts';
import type { StepContext } from './pipeline-step.ts';
import { MAX_BODY_BYTES, type ScimCall } from './scim-request.ts';

/**
 * Reads and parses the body and keeps its digest: the ledger names the payload that a change came in. A client may take minutes
 * to send it, so that the call's instant is taken anew: no change is dated before it was asked for.
 */
export async function readJsonBody({ deps }: StepContext, call: ScimCall): Promise<ScimCall> {
  const bytes = await call.request.readBody(MAX_BODY_BYTES);
  const sha256 = createHash('sha256').update(bytes).digest();
  return { ...call, at: deps.clock.now(), body: { value: parse(bytes), sha256 } };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** How deep a body may nest: the deepest that a schema has a place for is a value of a list in a PATCH, at six levels. */
const MAX_DEPTH = 64;

function parse(bytes: Buffer): unknown {
  if (nestsDeeperThan(MAX_DEPTH, bytes)) {
    throw new ScimError('invalidSyntax', `The body is too deep: its objects and lists nest deeper than ${MAX_DEPTH} levels.`);
  }
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new ScimError('invalidSyntax', 'The body is not JSON in UTF-8.');
  }
}

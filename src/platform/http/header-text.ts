import type { Request } from 'express';
import { refuse } from '../../kernel/index.ts';
import { refuseUnstorable } from './body-reader.ts';

/**
 * What a header says in words: percent-encoded where it is not ASCII, without blanks around it. Undefined where it was not sent. Throws DomainError
 * `invalid-request` for a malformed escape, for what cannot be stored, and for another length than 1 to `most` characters.
 */
export function headerText(request: Pick<Request, 'headers'>, name: string, most: number): string | undefined {
  const given = request.headers[name.toLowerCase()];
  if (given === undefined) return undefined;
  const text = decoded(name, String(given)).trim();
  refuseUnstorable(name, text);
  if (text === '' || text.length > most) refuse('invalid-request', { detail: `The header ${name} has 1 to ${most} characters.` });
  return text;
}

function decoded(name: string, given: string): string {
  try {
    return decodeURIComponent(given);
  } catch {
    return refuse('invalid-request', {
      detail: `The header ${name} holds a malformed escape.`,
      next: 'Encode it as encodeURIComponent does: a percent sign is %25.',
    });
  }
}

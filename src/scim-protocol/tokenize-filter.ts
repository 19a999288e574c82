import { ScimError } from './scim-error.ts';

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: '[' | ']' | '(' | ')' };

/** The longest filter that is read, in characters: Entra's longest are a few hundred. */
const MAX_FILTER_LENGTH = 4096;

// A word is an attribute path, an operator or an unquoted value; a string is JSON's (RFC 7644 §3.4.2.2: compValue is JSON).
const TOKEN = /\s+|([[\]()])|("(?:[^"\\]|\\.)*")|([^\s[\]()"]+)/gsuy;

/** The tokens of a filter. Throws `invalidFilter` for a string that does not end or holds an unknown escape. */
export function tokenizeFilter(text: string): readonly Token[] {
  if (text.length > MAX_FILTER_LENGTH) throw new ScimError('invalidFilter', `The filter is longer than ${MAX_FILTER_LENGTH} characters.`);
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const [, sign, quoted, word] = match;
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign as '[' | ']' | '(' | ')' });
    else if (quoted !== undefined) tokens.push({ kind: 'string', text: unquote(quoted) });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
  }
  if (end !== text.length) throw new ScimError('invalidFilter', `The filter has a quotation mark without its pair at position ${end + 1}.`);
  return tokens;
}

function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    throw new ScimError('invalidFilter', 'A quoted value of the filter is not a JSON string; escape " as \\" and \\ as \\\\.');
  }
}

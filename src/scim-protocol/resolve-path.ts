import { type Findings } from './oddity.ts';
import { parseValueFilter } from './parse-filter.ts';
import { resolveName, type Target, type Unresolved, unknownAttribute } from './resolve-name.ts';
import { type Attribute, attributeNamed, type ResourceType } from './schema.ts';
import { ScimError } from './scim-error.ts';

/** RFC 7644 §3.5.2 `path`: a name, or `emails[type eq "work"].value`. Never throws. */
export function resolvePath(type: ResourceType, text: string, findings: Findings): Target {
  const bracket = text.indexOf('[');
  if (bracket < 0) return resolveName(type, text.trim(), findings);
  // The attribute is looked up before the filter is read: an unknown attribute is ignored, whatever stands in its brackets.
  const named = resolveName(type, text.slice(0, bracket).trim(), findings);
  if (named.kind === 'unresolved') return named;
  const closing = closingBracket(text, bracket);
  if (closing === undefined) return malformed('The path has a bracket that is not closed.');
  if (named.kind === 'schema' || named.sub !== undefined || named.attribute.subAttributes.length === 0) {
    return malformed('The path has a filter behind something that has no values to choose from.');
  }
  const tail = text.slice(closing + 1).trim();
  if (tail !== '' && !tail.startsWith('.')) return malformed('The path goes on behind its bracket in no form that is known.');
  return withFilter(named.attribute, text.slice(bracket + 1, closing), tail.slice(1), findings);
}

function withFilter(attribute: Attribute, filterText: string, subName: string, findings: Findings): Target {
  const sub = subName === '' ? undefined : attributeNamed(attribute.subAttributes, subName);
  if (subName !== '' && sub === undefined) return unknownAttribute;
  try {
    return { kind: 'attribute', attribute, sub, filter: parseValueFilter(attribute, filterText, findings) };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { kind: 'unresolved', reason: 'unsupported-filter', error: { code: error.code, detail: error.message } };
  }
}

function malformed(detail: string): Unresolved {
  return { kind: 'unresolved', reason: 'malformed-path', error: { code: 'invalidPath', detail } };
}

/** Where the bracket closes; a `]` inside quotation marks does not. */
function closingBracket(text: string, opening: number): number | undefined {
  let quoted = false;
  for (let at = opening + 1; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === ']' && !quoted) return at;
  }
  return undefined;
}

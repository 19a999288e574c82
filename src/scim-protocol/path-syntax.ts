/** The parts of a path of RFC 7644 §3.5.2, before anybody asks whether a schema knows them. */
export interface PathSyntax {
  readonly name: string;
  /** What stands between the brackets. */
  readonly filter: string | undefined;
  /** The names that the filter compares. */
  readonly filterNames: readonly string[];
  /** The name behind the bracket. */
  readonly sub: string | undefined;
}

// Wider than the RFC's ATTRNAME by letters of any script and a leading underscore: administrators name attributes so.
const NAME = String.raw`[\p{L}_$][\p{L}\p{N}_$-]*`;
const DOTTED = new RegExp(String.raw`^${NAME}(?:\.${NAME})*$`, 'u');
/** A URI with an attribute behind it; its dots are its own (`…:2.0:User`), but never two together or one at the end. */
const QUALIFIED = /^[a-z][a-z0-9+-]*:(?:[^\s"'[\]().\\]|\.(?!\.))+(?<![.:])$/i;
const TAIL = new RegExp(String.raw`^\.(${NAME})$`, 'u');
const TOKEN = /\s*(?:([()])|("(?:[^"\\]|\\.)*")|([^\s()"[\]]+))/gsuy;
const OPERATORS = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);

/** The longest path that is read, in characters, as of a filter: Entra's longest are about a hundred. */
const MAX_LENGTH = 4096;

/** Takes a path apart; undefined when it is malformed, whether or not any schema knows its names. */
export function readPathSyntax(text: string): PathSyntax | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const bracket = text.indexOf('[');
  const name = (bracket < 0 ? text : text.slice(0, bracket)).trim();
  if (!DOTTED.test(name) && !QUALIFIED.test(name)) return undefined;
  if (bracket < 0) return { name, filter: undefined, filterNames: [], sub: undefined };
  const closing = closingBracket(text, bracket);
  if (closing === undefined) return undefined;
  const filter = text.slice(bracket + 1, closing);
  const filterNames = namesIn(filter);
  const tail = text.slice(closing + 1).trim();
  const sub = TAIL.exec(tail)?.[1];
  if (filterNames === undefined || (tail !== '' && sub === undefined)) return undefined;
  return { name, filter, filterNames, sub };
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

/** The names that a filter of any depth compares (RFC 7644 Figure 1, `valFilter`); undefined when it is malformed. Does not recurse. */
function namesIn(filter: string): readonly string[] | undefined {
  const tokens = tokensOf(filter) ?? [];
  const names: string[] = [];
  let open = 0;
  for (let next = 0; ; next += 1) {
    const start = afterOpenings(tokens, next);
    const end = start + (comparisonLength(tokens, start) ?? Number.POSITIVE_INFINITY);
    const closed = afterClosings(tokens, end);
    if (closed > tokens.length) return undefined;
    names.push(tokens[start] ?? '');
    open += tokens.slice(next, start).filter((token) => token === '(').length - (closed - end);
    if (closed === tokens.length) return open === 0 ? names : undefined;
    if (open < 0 || !/^(?:and|or)$/i.test(tokens[closed] ?? '')) return undefined;
    next = closed;
  }
}

/** Behind any `(` and `not (`. */
function afterOpenings(tokens: readonly string[], start: number): number {
  let next = start;
  while (tokens[next] === '(' || (tokens[next]?.toLowerCase() === 'not' && tokens[next + 1] === '(')) next += 1;
  return next;
}

function afterClosings(tokens: readonly string[], start: number): number {
  let next = start;
  while (tokens[next] === ')') next += 1;
  return next;
}

/** How many tokens the comparison that starts there takes: `name pr` or `name eq value`; undefined when there is none. */
function comparisonLength(tokens: readonly string[], start: number): 2 | 3 | undefined {
  const [name = '', operator = '', value] = tokens.slice(start, start + 3);
  if (!DOTTED.test(name)) return undefined;
  if (operator.toLowerCase() === 'pr') return 2;
  return OPERATORS.has(operator.toLowerCase()) && value !== undefined && value !== '(' && value !== ')' ? 3 : undefined;
}

function tokensOf(filter: string): readonly string[] | undefined {
  const tokens: string[] = [];
  const text = filter.trimEnd();
  let end = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    end += token.length;
    tokens.push(token.trimStart());
  }
  return end === text.length ? tokens : undefined;
}

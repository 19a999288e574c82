/** An expression of Entra's attribute mappings, as its editor takes it (entra-scim-client §7.1, §8). */
export type MappingExpression =
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly MappingExpression[] }
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'comparison'; readonly left: MappingExpression; readonly right: MappingExpression }
  /** A parameter that was left empty. */
  | { readonly kind: 'nothing' };

/** Entra takes no longer ones. */
const MAX_LENGTH = 10_000;
const MAX_DEPTH = 100;

const TOKENS = /\s*(?:"((?:[^"\\]|\\.)*)"|\[([^\]]+)\]|([A-Za-z_]\w*)|([(),=]))\s*/y;

type Token = { readonly text: string } & ({ readonly kind: 'text' | 'attribute' | 'name' } | { readonly kind: 'mark' });

/** Reads an expression. Throws an Error that says, for a person, where it cannot be read. */
export function parseExpression(source: string): MappingExpression {
  if (source.length > MAX_LENGTH) throw new Error(`An expression has at most ${MAX_LENGTH} characters.`);
  const reader = { tokens: tokenize(source), at: 0 };
  const expression = readComparison(reader, 0);
  const rest = reader.tokens[reader.at];
  if (rest !== undefined) throw new Error(`Behind the end of the expression there is ${shown(rest)}.`);
  return expression;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < source.trimEnd().length) {
    const from = TOKENS.lastIndex;
    const [, text, attribute, name, mark] = TOKENS.exec(source) ?? [];
    if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll(/\\(.)/g, '$1') });
    else if (attribute !== undefined) tokens.push({ kind: 'attribute', text: attribute });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    else throw new Error(`The expression cannot be read from its character ${from + 1} on.`);
  }
  return tokens;
}

function readComparison(reader: Reader, depth: number): MappingExpression {
  const left = readTerm(reader, depth);
  if (!take(reader, '=')) return left;
  return { kind: 'comparison', left, right: readTerm(reader, depth) };
}

function readTerm(reader: Reader, depth: number): MappingExpression {
  if (depth > MAX_DEPTH) throw new Error(`The expression nests deeper than ${MAX_DEPTH} functions.`);
  const token = reader.tokens[reader.at];
  if (token === undefined || token.kind === 'mark') return { kind: 'nothing' };
  reader.at += 1;
  if (token.kind === 'text') return { kind: 'text', value: token.text };
  if (token.kind === 'attribute') return { kind: 'attribute', name: token.text };
  if (!take(reader, '(')) throw new Error(`Behind ${token.text} its parameters are missing: ${token.text}(…).`);
  const parameters: MappingExpression[] = [];
  do parameters.push(readComparison(reader, depth + 1));
  while (take(reader, ','));
  if (!take(reader, ')')) throw new Error(`The parenthesis of ${token.text} is not closed.`);
  return { kind: 'call', name: token.text, parameters };
}

function take(reader: Reader, mark: string): boolean {
  const token = reader.tokens[reader.at];
  const isThere = token?.kind === 'mark' && token.text === mark;
  if (isThere) reader.at += 1;
  return isThere;
}

function shown({ text }: Token): string {
  return `"${text.slice(0, 40)}"`;
}

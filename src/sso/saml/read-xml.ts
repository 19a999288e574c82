/** An element of a document. An attribute goes by its name; one that is in a namespace by `{namespace}name`. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, in one piece, without that of its children. */
  readonly text: string;
}

/** Why a text is not taken for XML. Says nothing of its content. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

/** SAML nests ten deep; what nests further is meant to cost something. */
const MAX_DEPTH = 32;
/** Entra's metadata has some hundreds, a response some dozens. */
const MAX_ELEMENTS = 5_000;

const NAME = '[A-Za-z_][A-Za-z0-9._-]*';
const SPACE = '[ \\t\\n]';
const ATTRIBUTE = `(${NAME}(?::${NAME})?)${SPACE}*=${SPACE}*(?:"([^<"]*)"|'([^<']*)')`;
const startTag = new RegExp(`<(${NAME}(?::${NAME})?)((?:${SPACE}+${ATTRIBUTE})*)${SPACE}*(/?)>`, 'y');
const endTag = new RegExp(`</(${NAME}(?::${NAME})?)${SPACE}*>`, 'y');
const attribute = new RegExp(ATTRIBUTE, 'g');
const declaration =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"utf-8"|'utf-8'))?(?: standalone=(?:"(?:yes|no)"|'(?:yes|no)'))? ?\?>/i;
/** XML 1.0 §2.2. */
const impossible = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const XMLNS = 'http://www.w3.org/2000/xmlns/';

/**
 * Reads the part of XML 1.0 with namespaces that SAML is written in, and refuses the rest: document types and with them entities,
 * comments, CDATA, processing instructions. A byte order mark before it is no part of it. Between two readers of XML an attacker hides where they differ (CVE-2025-29774 and its
 * kind); where there is nothing but elements, attributes and text, none does. In time linear in the text; its size is the caller's to bound.
 * Throws XmlError.
 */
export function readXml(source: string): XmlElement {
  const text = source.trim().replaceAll(/\r\n?/g, '\n').replace(declaration, '').trim();
  if (impossible.test(text)) fail('it holds a character that XML does not have');
  if (/<[!?]/.test(text)) fail('it has a document type, a comment, CDATA or a processing instruction');
  const reading: Reading = { text, at: 0, open: [], root: undefined, elements: 0 };
  while (reading.at < text.length) {
    if (text[reading.at] !== '<') readText(reading);
    else if (text[reading.at + 1] === '/') readEndTag(reading);
    else readStartTag(reading);
  }
  return reading.open.length === 0 && reading.root !== undefined ? reading.root : fail('it has no root, or an element that does not end');
}

interface Reading {
  readonly text: string;
  at: number;
  readonly open: Open[];
  root: Node | undefined;
  elements: number;
}

function readText(reading: Reading): void {
  const end = reading.text.indexOf('<', reading.at);
  const within = reading.open.at(-1) ?? fail('it has text outside of its root');
  if (end < 0) fail('it ends within an element');
  within.node.text += characters(reading.text.slice(reading.at, end));
  reading.at = end;
}

function readEndTag(reading: Reading): void {
  const [tag, name] = matchAt(endTag, reading);
  if (reading.open.pop()?.tagName !== name) fail('an end tag ends nothing');
  reading.at += tag.length;
}

function readStartTag(reading: Reading): void {
  const [tag, tagName = '', attributes = '', , , , slash] = matchAt(startTag, reading);
  reading.elements += 1;
  if (reading.elements > MAX_ELEMENTS || reading.open.length >= MAX_DEPTH) fail('it has more elements, or deeper ones, than SAML has');
  const parent = reading.open.at(-1);
  if (parent === undefined && reading.root !== undefined) fail('it has two roots');
  const opened = openElement(tagName, attributes, parent?.scope ?? outermost);
  parent?.node.children.push(opened.node);
  reading.root ??= opened.node;
  if (slash === '') reading.open.push(opened);
  reading.at += tag.length;
}

type Scope = ReadonlyMap<string, string>;

interface Node extends XmlElement {
  readonly children: Node[];
  text: string;
}

interface Open {
  readonly tagName: string;
  readonly node: Node;
  readonly scope: Scope;
}

const outermost: Scope = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
]);

function matchAt(pattern: RegExp, { at, text }: Reading): RegExpExecArray {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? fail('a tag is malformed');
}

function openElement(tagName: string, attributeText: string, outer: Scope): Open {
  const given = [...attributeText.matchAll(attribute)].map(
    ([, name = '', double, single]) => [name, attributeValue(double ?? single ?? '')] as const,
  );
  const scope = scopeWithin(outer, given);
  const attributes = new Map<string, string>();
  for (const [name, value] of given) {
    const [prefix, local] = split(name);
    if (name === 'xmlns' || prefix === 'xmlns') continue;
    const key = prefix === '' ? local : `{${resolve(scope, prefix)}}${local}`;
    if (attributes.has(key)) fail('an attribute is there twice');
    attributes.set(key, value);
  }
  const [prefix, name] = split(tagName);
  return { tagName, scope, node: { namespace: resolve(scope, prefix), name, attributes, children: [], text: '' } };
}

/** Namespaces in XML 1.0 §3 to §5. */
function scopeWithin(outer: Scope, given: readonly (readonly [name: string, value: string])[]): Scope {
  const declared = given.filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (declared.length === 0) return outer;
  const scope = new Map(outer);
  if (new Set(declared.map(([name]) => name)).size !== declared.length) fail('a namespace is declared twice');
  for (const [name, value] of declared) {
    const prefix = name === 'xmlns' ? '' : name.slice('xmlns:'.length);
    if (prefix === 'xml' || prefix === 'xmlns' || value === XMLNS || (prefix !== '' && value === ''))
      fail('a prefix is declared that cannot be');
    scope.set(prefix, value);
  }
  return scope;
}

function resolve(scope: Scope, prefix: string): string {
  return scope.get(prefix) ?? fail('a prefix is not declared');
}

function split(name: string): readonly [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function attributeValue(text: string): string {
  return characters(text.replaceAll(/[\t\n]/g, ' '));
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function characters(text: string): string {
  if (text.includes(']]>')) fail('it has the end of a CDATA section');
  return text.replaceAll(
    /&(?:([a-z]{2,4});|#(\d{1,7});|#x([0-9A-Fa-f]{1,6});)?/g,
    (_whole, name?: string, decimal?: string, hex?: string) => {
      const entity = name === undefined ? undefined : named[name];
      if (entity !== undefined) return entity;
      const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
      const isCharacter = code <= 0x10ffff && !impossible.test(String.fromCodePoint(code));
      return isCharacter ? String.fromCodePoint(code) : fail('an entity is none of the five, or no character');
    },
  );
}

function fail(because: string): never {
  throw new XmlError(because);
}

import { type DerElement, childrenOf, derTags, expectTag, oidOf, sequenceOf } from './der.ts';

/** Short names of attributes, as Node.js prints them; others are printed as their object identifier. */
const shortNames: Readonly<Record<string, string>> = {
  '550403': 'CN',
  '550404': 'SN',
  '550405': 'serialNumber',
  '550406': 'C',
  '550407': 'L',
  '550408': 'ST',
  '550409': 'street',
  '55040a': 'O',
  '55040b': 'OU',
  '55040c': 'title',
  '55040d': 'description',
  '55040f': 'businessCategory',
  '550411': 'postalCode',
  '550429': 'name',
  '55042a': 'GN',
  '55042b': 'initials',
  '55042e': 'dnQualifier',
  '550441': 'pseudonym',
  '550461': 'organizationIdentifier',
  '2b0601040182373c020101': 'jurisdictionL',
  '2b0601040182373c020102': 'jurisdictionST',
  '2b0601040182373c020103': 'jurisdictionC',
  '2a864886f70d010901': 'emailAddress',
  '0992268993f22c640119': 'DC',
  '0992268993f22c640101': 'UID',
};

const decoders: Readonly<Record<number, (bytes: Buffer) => string>> = {
  0x0c: (bytes) => bytes.toString('utf8'),
  0x1e: (bytes) => new TextDecoder('utf-16be', { ignoreBOM: true }).decode(bytes),
};

/** A Name (RFC 5280 §4.1.2.4), an attribute a line, with what RFC 2253 §2.4 escapes and control characters escaped: as Node.js prints it. */
export function printName(name: DerElement): string {
  return sequenceOf(name)
    .map((set) => childrenOf(expectTag(set, derTags.set)).map(printAttribute).join(' + '))
    .join('\n');
}

function printAttribute(attribute: DerElement): string {
  const [type, value] = sequenceOf(attribute);
  const id = oidOf(type);
  const text = value === undefined ? '' : (decoders[value.tag] ?? latin1)(value.content);
  return `${shortNames[id] ?? dotted(id)}=${escaped(text)}`;
}

function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

function escaped(text: string): string {
  return text.replaceAll(/[,+"\\<>;]|^[# ]| $|\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code >= 0x80) return character;
    return `\\${code < 0x20 || code === 0x7f ? code.toString(16).toUpperCase().padStart(2, '0') : character}`;
  });
}

/** An object identifier from the hex of its content (X.690 §8.19). */
function dotted(hex: string): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of Buffer.from(hex, 'hex')) {
    arc = arc * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...rest].join('.');
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readXml, type XmlElement, XmlError } from '../../../src/sso/saml/read-xml.ts';

describe('what is read of XML', () => {
  it('is elements with their namespaces, attributes and text', () => {
    const root = readXml(
      `\u{FEFF}<?xml version="1.0" encoding="utf-8"?>\r\n<p:a xmlns:p="urn:p" xmlns='urn:d' one = "1 &amp; &#x31;" p:two='&lt;&quot;'>x &gt; y<b c="d&#10;e\nf"/>\r\nz<p:b xmlns:p="urn:q">&#128512;</p:b></p:a>\n`,
    );
    expect(plain(root)).toEqual({
      name: '{urn:p}a',
      attributes: { one: '1 & 1', '{urn:p}two': '<"' },
      text: 'x > y\nz',
      children: [
        { name: '{urn:d}b', attributes: { c: 'd\ne f' }, text: '', children: [] },
        { name: '{urn:q}b', attributes: {}, text: '😀', children: [] },
      ],
    });
  });

  it.each([
    { name: 'a document type', xml: '<!DOCTYPE a><a/>' },
    { name: 'an entity that would grow', xml: '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>' },
    { name: 'a comment', xml: '<a>ada@contoso.example<!-- -->.evil</a>' },
    { name: 'CDATA', xml: '<a><![CDATA[b]]></a>' },
    { name: 'the end of CDATA', xml: '<a>]]></a>' },
    { name: 'a processing instruction', xml: '<a><?b c?></a>' },
    { name: 'a declaration in another place', xml: '<a/><?xml version="1.0"?>' },
    { name: 'another encoding', xml: '<?xml version="1.0" encoding="utf-16"?><a/>' },
    { name: 'another version', xml: '<?xml version="1.1"?><a/>' },
    { name: 'an entity of its own', xml: '<a>&nbsp;</a>' },
    { name: 'an entity that is a property of every object', xml: '<a>&toString;</a>' },
    { name: 'a bare ampersand', xml: '<a>b & c</a>' },
    { name: 'an ampersand at the end', xml: '<a b="&"/>' },
    { name: 'a character that XML does not have', xml: '<a>\u0000</a>' },
    { name: 'the name of such a character', xml: '<a>&#0;</a>' },
    { name: 'half a surrogate pair', xml: '<a>&#xD800;</a>' },
    { name: 'a number beyond Unicode', xml: '<a>&#x110000;</a>' },
    { name: 'nothing', xml: '' },
    { name: 'text alone', xml: 'a' },
    { name: 'text after its root', xml: '<a/>b' },
    { name: 'two roots', xml: '<a/><b/>' },
    { name: 'an element that does not end', xml: '<a><b></a>' },
    { name: 'an end of nothing', xml: '<a/></a>' },
    { name: 'an end that is not its own', xml: '<a></b>' },
    { name: 'an end by another prefix of the same namespace', xml: '<p:a xmlns:p="urn:a" xmlns:q="urn:a"></q:a>' },
    { name: 'a tag that does not end', xml: '<a' },
    { name: 'an attribute without quotes', xml: '<a b=c/>' },
    { name: 'an attribute without a value', xml: '<a b/>' },
    { name: 'an attribute that holds a tag', xml: '<a b="<c/>"/>' },
    { name: 'an attribute right after another', xml: '<a b="c"d="e"/>' },
    { name: 'an attribute twice', xml: '<a b="1" b="2"/>' },
    { name: 'an attribute twice by two prefixes', xml: '<a xmlns:p="urn:a" xmlns:q="urn:a" p:b="1" q:b="2"/>' },
    { name: 'a prefix that is not declared', xml: '<p:a/>' },
    { name: 'a prefix that an element beside it declares', xml: '<a><b xmlns:p="urn:p"/><p:c/></a>' },
    { name: 'a prefix declared twice', xml: '<a xmlns:p="urn:p" xmlns:p="urn:q"/>' },
    { name: 'a prefix taken back', xml: '<a xmlns:p="urn:p"><p:b xmlns:p=""/></a>' },
    { name: 'another meaning of xml', xml: '<a xmlns:xml="urn:p"/>' },
    { name: 'a name of two colons', xml: '<a:b:c xmlns:a="urn:a"/>' },
    { name: 'more depth than SAML has', xml: `${'<a>'.repeat(33)}${'</a>'.repeat(33)}` },
    { name: 'more elements than SAML has', xml: `<a>${'<b/>'.repeat(5_000)}</a>` },
  ])('is not $name', ({ xml }) => {
    expect(() => readXml(xml)).toThrow(XmlError);
  });

  it('is what was written, whatever was written', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    const words = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .filter((text) => !/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(text));
    const { element } = fc.letrec<{ element: Written }>((tie) => ({
      element: fc.record({
        name: word,
        attributes: fc.dictionary(
          word.filter((name) => name !== 'xmlns'),
          words,
        ),
        text: words,
        children: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant([]), fc.array(tie('element'), { maxLength: 3 })),
      }),
    }));
    fc.assert(
      fc.property(element, (written) => {
        expect(plain(readXml(write(written)))).toEqual(expected(written));
      }),
    );
  });

  it('takes any text or refuses it by name', () => {
    const piece = fc.constantFrom('<', '>', '/', '"', '=', ' ', 'a', 'b:', '&', ';', '#x', 'xmlns', '<a ', '</a>', '<a>', ' b="c"', '\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          readXml(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(XmlError);
        }
      }),
    );
  });

  it.each([
    { name: 'spaces in a tag', xml: `<a${' '.repeat(200_000)}!` },
    { name: 'attributes that come to nothing', xml: `<a${' b="c"'.repeat(40_000)} !` },
    { name: 'a name without end', xml: `<${'a'.repeat(200_000)}` },
    { name: 'ampersands', xml: `<a>${'&amp;'.repeat(40_000)}&</a>` },
  ])('costs no more than its length: $name', ({ xml }) => {
    expect(() => readXml(xml)).toThrow(XmlError);
  });
});

interface Written {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Written[];
}

function write({ attributes, children, name, text }: Written): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`);
  return `<${name}${given.join('')}>${escape(text)}${children.map(write).join('')}</${name}>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"\t\n\r]/g, (character) => `&#${character.codePointAt(0)};`);
}

function expected({ attributes, children, name, text }: Written): unknown {
  return { name: `{}${name}`, attributes, text, children: children.map(expected) };
}

function plain({ attributes, children, name, namespace, text }: XmlElement): unknown {
  return { name: `{${namespace}}${name}`, attributes: Object.fromEntries(attributes), text, children: children.map(plain) };
}

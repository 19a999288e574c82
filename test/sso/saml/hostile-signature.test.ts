import { describe, expect, it } from '@jest/globals';
import { DAY_MS, plusMs } from '../../../src/kernel/index.ts';
import { type Craft, OBJECT_ID, type Signer, sha1, sha256 } from './crafted-response.ts';
import { change, foreign, next, present, samlStage, START } from './saml-stage.ts';

const OTHER = '7f3c1e52-0000-4000-8000-00000000dddd';
const stage = samlStage();

describe('a signature', () => {
  const unsigned = change(/<Signature .*<\/Signature>/, '');

  it.each<{ name: string; craft: Craft; key?: Signer; because: RegExp }>([
    { name: 'is missing', craft: { document: unsigned }, because: /assertion is not signed/ },
    {
      name: "is by a key that is not the provider's, and brings that key's certificate along",
      craft: {},
      key: foreign,
      because: /Invalid signature/,
    },
    {
      name: "claims to be by the provider's certificate",
      craft: { document: change(foreign.certificate.toString('base64'), present.certificate.toString('base64')) },
      key: foreign,
      because: /Invalid signature/,
    },
    { name: 'is made with SHA-1', craft: { algorithms: sha1 }, because: /SHA-1/ },
    {
      name: 'is made with SHA-1 over a digest that is not',
      craft: { algorithms: { ...sha256, signature: sha1.signature } },
      because: /SHA-1/,
    },
    { name: 'is over a digest by SHA-1', craft: { algorithms: { ...sha256, digest: sha1.digest } }, because: /SHA-1/ },
    {
      name: 'is a code made with the certificate as a secret (HMAC)',
      craft: { algorithms: { ...sha256, signature: 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256' } },
      because: /not taken here/,
    },
    { name: 'was made before somebody became somebody else', craft: { document: change(OBJECT_ID, OTHER) }, because: /Invalid signature/ },
    {
      name: 'was made before the audience was changed',
      craft: { document: change(/<Audience>[^<]*/, '<Audience>x') },
      because: /Invalid signature/,
    },
    {
      name: 'has another value',
      craft: { document: change(/<SignatureValue>.{8}/, '<SignatureValue>AAAAAAAA') },
      because: /Invalid signature/,
    },
    { name: 'has no value', craft: { document: change(/<SignatureValue>[^<]*/, '<SignatureValue>') }, because: /Invalid signature/ },
    { name: 'signs the whole document', craft: { signedInfo: change(/URI="[^"]*"/, 'URI=""') }, because: /something else than its parent/ },
    {
      name: 'signs another element',
      craft: { signedInfo: change(/URI="[^"]*"/, 'URI="#_response"') },
      because: /something else than its parent/,
    },
    {
      name: 'signs two things',
      craft: { signedInfo: (xml) => `${xml}${/<Reference.*<\/Reference>/.exec(xml)?.[0]}` },
      because: /signs not one thing/,
    },
    {
      name: 'transforms by a path',
      craft: {
        signedInfo: change(/<Transform /, '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"></Transform><Transform '),
      },
      because: /transforms what it signs/,
    },
    { name: 'keeps comments', craft: { signedInfo: change(/exc-c14n#/g, 'exc-c14n#WithComments') }, because: /transforms what it signs/ },
    {
      name: 'does not leave itself out',
      craft: { signedInfo: change(/<Transform [^>]*enveloped[^>]*><\/Transform>/, '') },
      because: /transforms what it signs/,
    },
    {
      name: 'brings an object along',
      craft: { document: change('</KeyInfo>', '</KeyInfo><Object></Object>') },
      because: /not a plain one/,
    },
    {
      name: 'is there twice',
      craft: { document: (xml) => xml.replace(/<Signature .*<\/Signature>/, (one) => one + one) },
      because: /two signatures/,
    },
    {
      name: 'is of the response alone',
      craft: { signsResponse: true, document: (xml) => xml.replace(/(<Assertion .*?)<Signature .*?<\/Signature>/, '$1') },
      because: /assertion is not signed/,
    },
    { name: 'stands elsewhere', craft: { document: (xml) => moved(xml, '</samlp:Status>') }, because: /out of place/ },
  ])('is refused when it $name', async ({ because, craft, key }) => {
    await stage.expectRefusal(stage.comeBack(craft, key), because);
  });

  it('is refused by a certificate that has expired, and taken by the next one', async () => {
    expect(await stage.comeBack({}, present)).toMatchObject({ status: 200 });
    await stage.db().owner.query('delete from session');
    stage.clock.set(plusMs(START, 30 * DAY_MS));
    await stage.expectRefusal(stage.comeBack({}, present), /Invalid signature/);
    expect(await stage.comeBack({}, next)).toMatchObject({ status: 200 });
    await stage.db().owner.query('delete from session');
    stage.clock.set(plusMs(START, 365 * DAY_MS));
    await stage.expectRefusal(stage.comeBack({}, next), /certificate of the identity provider has expired/);
  });
});

/** Takes the assertion's signature out and puts it before the place. */
function moved(xml: string, before: string): string {
  const signature = /<Signature .*<\/Signature>/.exec(xml)?.[0] ?? '';
  return xml.replace(signature, '').replace(before, () => signature + before);
}

describe('a wrapped signature', () => {
  const parts = (xml: string) => {
    const [signed = ''] = /<Assertion .*<\/Assertion>/.exec(xml) ?? [];
    const [signature = ''] = /<Signature .*?<\/Signature>/.exec(signed) ?? [];
    const bare = signed.replace(signature, '');
    const forged = bare.replace(/ID="[^"]*"/, 'ID="_forged"').replaceAll(OBJECT_ID, OTHER);
    return { signed, signature, bare, forged };
  };
  const wrap = (make: (part: ReturnType<typeof parts>) => string) => (xml: string) => {
    const part = parts(xml);
    return xml.replace(part.signed, () => make(part));
  };
  const extensions = (inner: string) => `<samlp:Extensions>${inner}</samlp:Extensions>`;
  const within = (forged: string, inner: string) => forged.replace('</Issuer>', () => `</Issuer>${inner}`);

  it.each<{ name: string; document: (xml: string) => string }>([
    { name: 'beside a forged assertion, which comes first', document: wrap(({ forged, signed }) => forged + signed) },
    { name: 'beside a forged assertion, which comes last', document: wrap(({ forged, signed }) => signed + forged) },
    { name: 'in an extension, with a forged assertion in its place', document: wrap(({ forged, signed }) => extensions(signed) + forged) },
    { name: 'in a forged assertion', document: wrap(({ forged, signed }) => within(forged, signed)) },
    {
      name: 'in a forged assertion that carries the signature',
      document: wrap(({ bare, forged, signature }) => within(forged, signature + bare)),
    },
    {
      name: 'in an object of the signature, which a forged assertion carries',
      document: wrap(({ bare, forged, signature }) =>
        within(
          forged,
          signature.replace('</Signature>', () => `<Object>${bare}</Object></Signature>`),
        ),
      ),
    },
    {
      name: 'around a forged assertion',
      document: wrap(({ forged, signed }) => signed.replace('</Assertion>', () => `${forged}</Assertion>`)),
    },
    {
      name: 'with the same id as a forged one that carries the signature',
      document: wrap(({ bare, signature }) => extensions(bare) + within(bare.replaceAll(OBJECT_ID, OTHER), signature)),
    },
    {
      name: 'with the same id by another name',
      document: wrap(({ signed }) => {
        const id = / ID="([^"]*)"/.exec(signed)?.[1] ?? '';
        return `<samlp:Extensions Id="${id}"></samlp:Extensions>${signed}`;
      }),
    },
    {
      name: 'with the same id by a name of another namespace',
      document: wrap(({ signed }) => {
        const id = / ID="([^"]*)"/.exec(signed)?.[1] ?? '';
        return `<samlp:Extensions xmlns:x="urn:x" x:ID="${id}"></samlp:Extensions>${signed}`;
      }),
    },
    {
      name: 'under a prefix, beside a forged one',
      document: wrap(({ forged, signed }) => `<x:Assertion xmlns:x="urn:x">${signed}</x:Assertion>${forged}`),
    },
    { name: 'in a response within the response', document: (xml) => xml.replace('</samlp:Response>', () => `${xml}</samlp:Response>`) },
    { name: 'as what is encrypted', document: (xml) => xml.replaceAll(/<(\/?)Assertion\b/g, '<$1EncryptedAssertion') },
  ])('is refused: the signed assertion stands $name', async ({ document }) => {
    await stage.expectRefusal(stage.comeBack({ document }), /does not hold/);
  });
});

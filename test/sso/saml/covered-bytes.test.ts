import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, DomainError, type Instant, plusMs } from '../../../src/kernel/index.ts';
import { readCertificate, type SigningCertificate } from '../../../src/sso/saml/certificate.ts';
import { finishSamlSignIn } from '../../../src/sso/saml/saml-sign-in.ts';
import { craftedResponse, ISSUER, signer } from './crafted-response.ts';

const at = '2026-03-03T09:00:00.000Z' as Instant;
const key = signer(plusMs(at, -DAY_MS));
const asked = { id: '_request', acsUrl: 'https://rollcall.example/saml', entityId: 'https://rollcall.example/us', relayState: '', xml: '' };
const certificates = [readCertificate(key.certificate) as SigningCertificate];
const expected = {
  issuer: ISSUER,
  ssoUrl: 'https://login.example/saml2',
  certificates,
  entityId: asked.entityId,
  acsUrl: asked.acsUrl,
  requestId: asked.id,
  at,
};
const honest = Buffer.from(craftedResponse(asked, at, key), 'base64').toString('utf8');

async function read(document: string) {
  try {
    return await finishSamlSignIn(Buffer.from(document, 'utf8').toString('base64'), expected);
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    return undefined;
  }
}

describe('what is believed of a response', () => {
  const piece = fc.constantFrom(
    '',
    ' ',
    'x',
    '0',
    '<',
    '>',
    '/',
    '"',
    '&',
    '#',
    '<a/>',
    '<a>',
    '</a>',
    ' a="b"',
    'xmlns=""',
    '&#65;',
    '</Assertion>',
    '\n',
  );

  it('is what the provider has signed, whatever is put in or taken out on the way', async () => {
    const untouched = await read(honest);
    expect(untouched?.attributes.size).toBe(4);
    await fc.assert(
      fc.asyncProperty(fc.nat(honest.length), fc.nat(12), piece, async (from, length, put) => {
        const outcome = await read(honest.slice(0, from) + put + honest.slice(from + length));
        if (outcome !== undefined) expect(outcome).toEqual(untouched);
      }),
      { numRuns: 150 },
    );
  });

  it('is what the provider has signed, whatever part of it stands in another place too', async () => {
    const untouched = await read(honest);
    const tags = [...honest.matchAll(/<[^>]*>/g)].map(({ index }) => index);
    const place = fc.constantFrom(...tags, honest.length);
    await fc.assert(
      fc.asyncProperty(place, place, place, async (from, to, into) => {
        const part = honest.slice(Math.min(from, to), Math.max(from, to));
        const outcome = await read(honest.slice(0, into) + part + honest.slice(into));
        if (outcome !== undefined) expect(outcome).toEqual(untouched);
      }),
      { numRuns: 150 },
    );
  });
});

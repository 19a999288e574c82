import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import type { Instant } from '../../src/kernel/index.ts';
import { judgeAssertion } from '../../src/scim/judge-assertion.ts';
import { ENTRA_AUDIENCES, entraIssuer, judgeEntraToken } from '../../src/scim/judge-entra-token.ts';
import { OauthError } from '../../src/scim/oauth-error.ts';
import { readTokenRequest } from '../../src/scim/read-token-request.ts';
import { peekToken, verifyToken } from '../../src/scim/signed-token.ts';
import { freshRsaKeys } from '../support/fresh-keys.ts';

const at = '2026-03-03T09:00:00.000Z' as Instant;
const tenantId = '6b5f1a52-0000-4000-8000-00000000aaaa';
const { publicKey, privateKey } = freshRsaKeys();

const claimNames = ['iss', 'aud', 'sub', 'tid', 'appid', 'oid', 'exp', 'nbf', 'jti', 'scp', 'idtyp', 'crit'] as const;
const claims = fc.dictionary(fc.constantFrom(...claimNames), fc.oneof(fc.jsonValue(), fc.double({ noNaN: true, noDefaultInfinity: true })));

describe('whatever is sent as a token', () => {
  it('is a token or none, and never a failure', () => {
    const part = fc.oneof(
      fc.string(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
      fc.base64String(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        const token = peekToken(parts.join('.'));
        if (token !== undefined) expect(verifyToken(token, publicKey, at)).toEqual({ kind: 'refused', because: 'signature' });
      }),
      { numRuns: 500 },
    );
  });

  it('is judged without a failure when it is genuine, whatever it claims, and not accepted', () => {
    const pinned = { tenantId, issuer: entraIssuer(tenantId), audiences: ENTRA_AUDIENCES, caller: null };
    fc.assert(
      fc.property(claims, (claimed) => {
        const token = peekToken(jwt.sign(JSON.stringify(claimed), privateKey, { algorithm: 'RS256', keyid: 'k' }));
        if (token === undefined) throw new Error('a JWT is a token');
        const verdict = verifyToken(token, publicKey, at);
        if (verdict.kind === 'refused') return;
        expect(judgeEntraToken(pinned, verdict.claims)).toMatchObject({ kind: 'refused' });
        expect(judgeAssertion({ ...pinned, subject: 'x' }, { ...verdict, at })).not.toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('whatever is sent to the token endpoint', () => {
  const names = ['grant_type', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'scope'];
  const value = fc.oneof(fc.constant('client_credentials'), fc.string(), fc.constant(''));
  const form = fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), value), { maxLength: 8 })
    .map((fields) => new URLSearchParams(fields.map(([name, text]): [string, string] => [name, text])).toString());
  const header = fc.oneof(
    fc.constant(undefined),
    fc.string(),
    fc.string().map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
  );

  it('is understood, or refused as RFC 6749 §5.2 wants it', () => {
    fc.assert(
      fc.property(fc.oneof(form, fc.string(), fc.constant(undefined)), header, (body, authorization) => {
        try {
          expect(readTokenRequest(body, authorization)).toHaveProperty('clientId');
        } catch (error) {
          expect(error).toBeInstanceOf(OauthError);
          expect((error as OauthError).message).toMatch(/^[ !#-[\]-~]+$/);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { decideActivation, type GateFacts } from '../../src/activation/decide-activation.ts';

const met: GateFacts = { sso: 'verified', owner: 'proven', hasLiveCredential: true, preview: 'present' };

describe('the gate', () => {
  it.each<{ name: string; turnTo: 'off' | 'on'; given: Partial<GateFacts>; expected: readonly string[] }>([
    { name: 'lets it on when everything is met (I4)', turnTo: 'on', given: {}, expected: [] },
    { name: 'wants single sign-on (I4)', turnTo: 'on', given: { sso: 'none' }, expected: ['sso-not-verified'] },
    { name: 'wants it verified by a sign-in (I4)', turnTo: 'on', given: { sso: 'unverified' }, expected: ['sso-not-verified'] },
    {
      name: 'wants an owner who has proven their credential (I5)',
      turnTo: 'on',
      given: { owner: 'never' },
      expected: ['owner-not-proven'],
    },
    { name: 'wants a sign-in that is not too old (I4)', turnTo: 'on', given: { sso: 'stale' }, expected: ['sso-not-verified'] },
    { name: 'wants an owner who has used it lately (I5)', turnTo: 'on', given: { owner: 'stale' }, expected: ['owner-not-proven'] },
    { name: 'wants a preview of the last hour (I6)', turnTo: 'on', given: { preview: 'expired' }, expected: ['preview-stale'] },
    { name: 'wants a live SCIM credential', turnTo: 'on', given: { hasLiveCredential: false }, expected: ['scim-credential-missing'] },
    { name: 'wants a preview (I6)', turnTo: 'on', given: { preview: 'none' }, expected: ['preview-missing'] },
    { name: 'wants the present preview (I6)', turnTo: 'on', given: { preview: 'stale' }, expected: ['preview-stale'] },
    {
      name: 'says all that is missing at once, single sign-on first',
      turnTo: 'on',
      given: { sso: 'none', owner: 'never', hasLiveCredential: false, preview: 'none' },
      expected: ['sso-not-verified', 'owner-not-proven', 'scim-credential-missing', 'preview-missing'],
    },
    {
      name: 'lets it off without anything but a preview',
      turnTo: 'off',
      given: { sso: 'none', owner: 'never', hasLiveCredential: false },
      expected: [],
    },
    { name: 'wants a preview for turning off, too (I6)', turnTo: 'off', given: { preview: 'none' }, expected: ['preview-missing'] },
  ])('$name', ({ turnTo, given, expected }) => {
    const verdict = decideActivation(turnTo, { ...met, ...given });
    expect(verdict.kind).toBe(expected.length === 0 ? 'allowed' : 'refused');
    const because = verdict.kind === 'refused' ? verdict.because : [];
    expect(because.map(({ code }) => code)).toEqual(expected);
    for (const { detail, next } of because) expect([detail, next].every((text) => text.endsWith('.'))).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { printVerification } from '../../src/verifier/print-verification.ts';
import type { Verification } from '../../src/verifier/verify-bundle.ts';

const vkey = 'log+00112233+AQ==';
const held: Verification = {
  verified: true,
  steps: [{ name: 'the checkpoint is signed', problems: [] }],
  problems: [],
  keys: 'pinned',
  log: { origin: 'log', size: 1, root: 'root', signedBy: [vkey] },
};
const broken: Verification = {
  ...held,
  verified: false,
  steps: [{ name: 'the checkpoint is signed', problems: [{ code: 'signature', detail: 'it \u001b[31mis not' }] }],
  problems: [{ code: 'signature', detail: 'it \u001b[31mis not' }],
};

function printed(verification: Verification): string {
  return printVerification(verification).join('\n');
}

describe('what the verifier prints', () => {
  it('names the key in full: its id alone could be forged', () => {
    expect(printed(held)).toContain(`Signed    ${vkey}`);
  });

  it('says that a key from the bundle vouches for nobody, and only where the bundle held', () => {
    expect(printed(held)).not.toContain('--vkey');
    expect(printed({ ...held, keys: 'from-bundle' })).toContain('not who signed it');
    expect(printed({ ...broken, keys: 'from-bundle' })).not.toContain('nothing was changed');
  });

  it('does not let VERIFIED pass for a passed report (I10)', () => {
    const report = {
      kind: 'INTERIM',
      asOf: 'then',
      periodStart: 'a',
      periodEnd: 'b',
      conclusion: 'FAIL',
      findings: 1,
      effects: { FAIL: 1 },
    };
    expect(printed({ ...held, report })).toMatch(/\nVERIFIED\n[^]*What it reports is another matter: INTERIM, conclusion FAIL\.$/);
  });

  it('lists what was not recomputed, where it was asked for', () => {
    expect(printed(held)).not.toContain('Not recomputed');
    expect(printed({ ...held, notRecomputed: ['matching: \u001b[31mwhose'] })).toContain(
      '\nNot recomputed\n         - matching: ?[31mwhose\n',
    );
  });

  it('prints nothing that could steer a terminal', () => {
    expect(printed(broken)).toContain('it ?[31mis not');
  });
});

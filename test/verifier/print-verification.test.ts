import { describe, expect, it } from '@jest/globals';
import { printVerification } from '../../src/verifier/print-verification.ts';
import type { Instant } from '../../src/kernel/index.ts';
import type { Verification } from '../../src/verifier/verify-bundle.ts';

const vkey = 'log+00112233+AQ==';
const held: Verification = {
  verified: true,
  steps: [{ name: 'the checkpoint is signed', problems: [] }],
  problems: [],
  keys: 'pinned',
  notAsked: [],
  times: [],
  cosigned: [],
  uncheckedCosignatures: 0,
  earlierSeals: [],
  setAside: [],
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
      format: 'rollcall-report/5',
      conclusion: 'FAIL',
      findings: 1,
      effects: { FAIL: 1 },
    };
    expect(printed({ ...held, report })).toMatch(/\nVERIFIED\n[^]*What it reports is another matter: INTERIM, conclusion FAIL\.$/);
  });

  it('tells a report of the first format apart, and what it would conclude today (I10)', () => {
    const report = { kind: 'FINAL', asOf: 'then', periodStart: 'a', periodEnd: 'b', conclusion: 'PASS', findings: 0, effects: {} };
    const presently = 'INSUFFICIENT: HR has not spoken since.';
    const said =
      /\nIt was concluded by the rule of rollcall-report\/1, which looked at findings alone .* another: INSUFFICIENT: HR has not spoken since\.$/;
    expect(printed({ ...held, report: { ...report, format: 'rollcall-report/1', presently } })).toMatch(said);
    expect(printed({ ...held, report: { ...report, format: 'rollcall-report/5' } })).not.toContain('concluded by the rule');
  });

  it('tells a report apart whose findings do not say when nobody was looking', () => {
    const report = { kind: 'FINAL', asOf: 'then', periodStart: 'a', periodEnd: 'b', conclusion: 'PASS', findings: 0, effects: {} };
    const said =
      'It is of rollcall-report/3, which does not say of its findings when nobody was looking, nor what was sealed before it over its period.';
    expect(printed({ ...held, report: { ...report, format: 'rollcall-report/3' } })).toContain(said);
    expect(printed({ ...held, report: { ...report, format: 'rollcall-report/4' } })).toMatch(
      /\nIt is of rollcall-report\/4, which takes an account for off that the directory’s audit log says was restored or enabled since, .* frozen before it over its period and never sealed, and is not held to what the runs recorded\.$/,
    );
    expect(printed({ ...held, report: { ...report, format: 'rollcall-report/5' } })).not.toContain('It is of rollcall-report');
  });

  it('lists what was not recomputed, where it was asked for', () => {
    expect(printed(held)).not.toContain('Not recomputed');
    expect(printed({ ...held, notRecomputed: ['matching: \u001b[31mwhose'] })).toContain(
      '\nNot recomputed\n         - matching: ?[31mwhose\n',
    );
  });

  const at = '2026-03-02T00:00:00.000Z' as Instant;
  const time = { size: 1, at, coversSeal: false, authority: 'CN=\u001b[31mTime' };

  it.each([
    { what: 'no time stamp', times: [], says: /\nTime\n {9}- no time stamp came along/ },
    {
      what: 'one of before the seal',
      times: [time],
      says: /checkpoint over the first 1 record existed at 2026-03-02T00:00:00\.000Z, says CN=\?\[31mTime\n {9}- of the seal itself none came along[^]*was revoked\n/,
    },
    {
      what: 'one that nobody looked at',
      times: [{ ...time, authority: undefined }],
      says: /existed at 2026-03-02T00:00:00\.000Z, says a time stamp\n[^]*NOT CHECKED: whether the authority signed this/,
    },
    { what: 'one of the seal', times: [{ ...time, coversSeal: true }], says: /the sealed report, with a ledger of 1 records, existed at/ },
    {
      what: 'many',
      times: Array.from({ length: 9 }, (_, n) => ({ ...time, size: n + 1 })),
      says: /over the first 1 record existed [^\n]*, and 5 more stamps before these:\n[^\n]*first 7 records[^]*first 9 records/,
    },
  ])('says when it existed, and who says so: $what', ({ times, says }) => {
    expect(printed({ ...held, times })).toMatch(says);
  });

  const cosigning = { by: 'w.example\u001b[31m', size: 1, at, coversSeal: false };

  it.each([
    {
      what: 'a witness, of before the seal',
      cosigned: [cosigning],
      says: /\nWitnesses\n {9}- w\.example\?\[31m cosigned the checkpoint over the first 1 record at 2026-03-02T00:00:00\.000Z: it goes on from all that it had cosigned before\n {9}- the seal itself no witness cosigned/,
    },
    {
      what: 'a witness, of the seal',
      cosigned: [{ ...cosigning, coversSeal: true }],
      says: /cosigned the sealed report, with a ledger of 1 records, at [^\n]*\n\nVERIFIED/,
    },
    {
      what: 'many',
      cosigned: Array.from({ length: 9 }, (_, n) => ({ ...cosigning, size: n + 1 })),
      says: /first 1 record at [^\n]*, and 5 more cosignatures before these:\n[^\n]*first 7 records[^]*first 9 records/,
    },
    {
      what: 'signatures that nobody looked at',
      uncheckedCosignatures: 1,
      says: /\nWitnesses\n {9}- NOT CHECKED: who cosigned 1 checkpoint\. Give the key/,
    },
  ])('says who else was shown it: $what', ({ cosigned = [], says, uncheckedCosignatures = 0 }) => {
    expect(printed({ ...held, cosigned, uncheckedCosignatures })).toMatch(says);
  });

  it('says nothing of witnesses where there are none, or the bundle does not hold', () => {
    expect(printed(held) + printed({ ...broken, cosigned: [cosigning] })).not.toContain('itnesses');
  });

  it('says nothing of a time where the bundle does not hold', () => {
    expect(printed({ ...broken, times: [time] })).not.toContain('existed at');
  });

  it('prints nothing that could steer a terminal', () => {
    expect(printed(broken)).toContain('it ?[31mis not');
  });
});

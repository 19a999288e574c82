import { describe, expect, it } from '@jest/globals';
import { canonicalJson, type Instant, newId } from '../../src/kernel/index.ts';
import { ledgerEntry, MAX_LEAF_BYTES, type RecordInput } from '../../src/ledger/index.ts';
import { digestReference, disclosureDigest } from '../../src/tlog/index.ts';

const at = '2026-03-03T09:00:00.000Z' as Instant;
const workspaceId = newId<'workspace'>(at);
const userId = newId<'scim-user'>(at);

const deactivated: RecordInput = {
  type: 'scim.user.deactivated',
  at,
  actor: `scim-credential:${newId(at)}`,
  subject: { kind: 'scim-user', id: userId },
  observed: { from: null, to: at },
  before: { active: true },
  after: { active: false },
  detail: { ignored: 1 },
  raw: `sha256:${'0'.repeat(64)}`,
  disclose: { userName: 'ada.example@contoso.example', 'name.formatted': 'Ada Example' },
};

describe('a ledger entry', () => {
  it('is canonical JSON that says what, who, when and about what', () => {
    const { record, disclosures } = ledgerEntry(workspaceId, deactivated);
    const leaf = JSON.parse(record.leaf.toString('utf8'));
    expect(canonicalJson(leaf)).toBe(record.leaf.toString('utf8'));
    expect(leaf).toEqual({
      v: 1,
      type: 'scim.user.deactivated',
      id: record.id,
      log: `rollcall/workspaces/${workspaceId}`,
      recorded_at: at,
      actor: deactivated.actor,
      subject: { kind: 'scim-user', id: userId },
      observed: { from: null, to: at },
      before: { active: true },
      after: { active: false },
      detail: { ignored: 1 },
      disclosures: Object.fromEntries(disclosures.map(({ path, digest }) => [path, digestReference(digest)])),
      raw: deactivated.raw,
    });
  });

  it('holds of personal data a salted digest alone (I11)', () => {
    const { record, disclosures } = ledgerEntry(workspaceId, deactivated);
    const text = record.leaf.toString('utf8');
    expect(text).not.toMatch(/ada[. ]|contoso|@/i);
    expect(disclosures.map(({ path, value }) => [path, value])).toEqual(Object.entries(deactivated.disclose ?? {}));
    for (const disclosure of disclosures) expect(text).toContain(digestReference(disclosureDigest(disclosure)));
  });

  it('gives the same value another digest each time, so that nobody can guess it (I11)', () => {
    const digests = [1, 2].flatMap(() => ledgerEntry(workspaceId, deactivated).disclosures.map(({ digest }) => digest.toString('hex')));
    expect(new Set(digests).size).toBe(4);
  });

  it.each([
    { what: 'a lone surrogate', value: 'a\ud800b', stored: 'a\ufffdb' },
    { what: 'a NUL', value: 'a\u0000b', stored: 'a\ufffdb' },
    { what: 'a fraction', value: 1.5, stored: '1.5' },
    { what: 'a number beyond the safe integers', value: 1e21, stored: '1e+21' },
    { what: 'a pair of surrogates, which is a character', value: '😀', stored: '😀' },
    { what: 'nested lists and objects', value: { a: ['\u0000', null, true] }, stored: { a: ['\ufffd', null, true] } },
  ])('carries $what without losing the record (I1)', ({ value, stored }) => {
    const { record, disclosures } = ledgerEntry(workspaceId, { ...deactivated, detail: { value }, disclose: { value } });
    expect(JSON.parse(record.leaf.toString('utf8')).detail).toEqual({ value: stored });
    expect(disclosures[0]?.value).toEqual(stored);
  });

  it('is refused when it is longer than an entry of a log can be', () => {
    const detail = { text: 'x'.repeat(MAX_LEAF_BYTES) };
    expect(() => ledgerEntry(workspaceId, { ...deactivated, detail })).toThrow(RangeError);
  });
});

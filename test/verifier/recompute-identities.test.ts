import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Verification } from '../../src/verifier/index.ts';
import { type Json, resealed } from './resealed.ts';
import { type SealedLeavers, sealedLeavers } from './sealed-leavers.ts';
import { verifyBoth } from './verify-both.ts';

let sealed: SealedLeavers;
beforeAll(async () => {
  sealed = await sealedLeavers();
}, 180_000);

async function verify(files: ReadonlyMap<string, Buffer>, recompute = true): Promise<Verification> {
  return await verifyBoth(files, { vkeys: [sealed.vkey], recompute });
}

function forged(report: (document: Json) => void, files = sealed.files): Map<string, Buffer> {
  return resealed(files, sealed.signer, { report });
}

function details({ problems }: Verification): readonly string[] {
  return problems.map(({ detail }) => detail);
}

describe('what management said of a finding', () => {
  it.each([
    { name: 'in other words', change: { response: 'It was all in time.' } },
    { name: 'by somebody else', change: { respondedBy: 'owner:eve' } },
    { name: 'at another time', change: { respondedAt: '2026-03-01T00:00:00.000Z' } },
  ])('is found out $name, without being asked to recompute', async ({ change }) => {
    expect(details(await verify(sealed.final, false))).toEqual([]);
    const files = forged(({ responses }: Json) => void Object.assign(responses[0], change), sealed.final);
    expect(details(await verify(files, false))).toContainEqual(
      expect.stringMatching(/^the response to finding \S+ is not the one that record \S+ holds$/),
    );
  });
});

const another = '00000000-0000-4000-8000-000000000000';

describe('whom a report names, held against the values beside records', () => {
  it.each([
    {
      name: 'another employee id',
      report: ({ findings }: Json) => void (findings[0].person.employeeId = '99'),
      says: /^finding \S+: its person has another employee id than the records of HR disclose$/,
    },
    {
      name: 'another object id',
      report: ({ findings }: Json) => {
        for (const { systems } of findings)
          for (const each of systems) if (each.system === 'directory' && each.accountId) each.externalId = another;
      },
      says: /its directory account \S+ has another object id than its records disclose$/,
    },
    {
      name: 'another externalId',
      report: ({ findings }: Json) => {
        for (const { systems } of findings)
          for (const each of systems) if (each.system === 'scim' && each.accountId) each.externalId = another;
      },
      says: /its scim account \S+ has another externalId than its records disclose$/,
    },
    {
      name: 'another userName',
      report: ({ findings }: Json) => {
        for (const { systems } of findings) for (const each of systems) if (each.system === 'scim' && each.accountId) each.account = 'eve';
      },
      says: /its scim account \S+ has another userName than its records disclose$/,
    },
    {
      name: 'another time at which HR told the end',
      report: ({ findings }: Json) => {
        for (const { period } of findings) if (period.hrRecordedAt !== null) period.hrRecordedAt = '2026-03-01T00:00:00.000Z';
      },
      says: /its hrRecordedAt is given as 2026-03-01T00:00:00\.000Z; record \d+ \(hr\.period\.end_set\) gives 2026-/,
    },
    {
      name: 'an end that is said to have been told afterwards',
      report: ({ findings }: Json) => {
        for (const { period } of findings) period.backdated = !period.backdated;
      },
      says: /its backdated is given as (true|false); record \d+ \(hr\.period\.\w+\) gives (true|false)$/,
    },
    {
      name: 'another beginning',
      report: ({ findings }: Json) => {
        for (const { period } of findings) period.startDate = '2019-01-01';
      },
      says: /its startDate is given as 2019-01-01; record \d+ \(hr\.period\.\w+\) gives 2020-01-01$/,
    },
  ])('is found out with $name', async ({ report, says }) => {
    const verification = await verify(forged(report));
    expect(verification.verified).toBe(false);
    expect(details(verification)).toContainEqual(expect.stringMatching(says));
    expect((await verify(forged(report), false)).verified).toBe(true);
  });

  it('says of names and addresses that records call people otherwise: no record tells a change of those alone', async () => {
    const { notRecomputed, verified } = await verify(
      forged(({ findings }: Json) => {
        for (const { person, systems } of findings) {
          person.displayName = 'Eve Example';
          for (const each of systems) if (each.system === 'directory' && each.accountId) each.account = 'eve@contoso.example';
        }
      }),
    );
    expect(verified).toBe(true);
    expect(notRecomputed).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^6 of 6 people have another name or address than the records of HR disclose/),
        expect.stringMatching(/^5 of 9 accounts have another userPrincipalName than their records disclose/),
      ]),
    );
    expect((await verify(sealed.files)).notRecomputed?.filter((line) => /^\d/.test(line))).toEqual([]);
  });

  it('is said not to be shown, where values were left out or erased, and fails by nothing (I11)', async () => {
    const files = new Map(sealed.files).set('log/disclosures.jsonl', Buffer.alloc(0));
    const { notRecomputed, problems, verified } = await verify(files);
    expect({ problems, verified }).toEqual({ problems: [], verified: false });
    expect(notRecomputed).toEqual(
      expect.arrayContaining([
        '6 of 6 people: no value is shown that says who they are',
        '9 of 9 accounts: no value is shown that says what they are called',
      ]),
    );
  });
});

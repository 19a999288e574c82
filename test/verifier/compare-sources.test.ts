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

const early = '2026-02-01T00:00:00.000Z';

describe('what a report tells of its sources, held against the records', () => {
  it('holds in a bundle of the product, interim and final', async () => {
    for (const files of [sealed.files, sealed.final, sealed.beforeNextRun, sealed.afterNextRun])
      expect(details(await verify(files))).toEqual([]);
  });

  it('is counted, kind by kind', async () => {
    const names = (await verify(sealed.files)).steps.map(({ name }) => name).filter((name) => name.startsWith('recomputed'));
    expect(names.slice(names.findIndex((name) => name.includes('versions of the policy')))).toEqual([
      'recomputed: 2 of 2 versions of the policy, from the records that set them',
      'recomputed: 2 of 2 files and pushes of HR, from the records of their imports',
      'recomputed: 1 of 1 directories, from the records of their connections and looks',
      'recomputed: 7 of 7 complete and failed looks that are listed, from their records',
      'recomputed: 1 of 1 lists of when nobody was looking, from the looks and connections',
      'recomputed: 0 of 0 accounts of who decided who is synced, from the records of the switch',
      'recomputed: 7 of 7 steps from the rows of HR to the population, that tie and that the records give',
      'recomputed: 2 of 2 schedules of looks and scope settings that were in force, from the records that set them',
      'recomputed: 2 of 2 longest stretches without a look, from the records of the looks, and what they prove',
      'recomputed: 2 of 2 lists of what looks asked, from the hashes that their records name',
      'recomputed: 0 of 0 exceptions and exclusions that were in force, and what is decided about findings, from the records of who asked and who approved',
      'recomputed: 0 of 0 names of whoever acted, by the values that their records disclose',
      'recomputed: 6 of 6 findings that are listed, and that none is left out, from the records of the runs that judged',
      'recomputed: 6 of 6 accounts of people, and that none is left out, from the records of matching',
      'recomputed: 5 of 5 times up to which accounts of those who left were read, from all that was recorded of them',
      'recomputed: 6 of 6 what findings tell beside their verdicts, from policies, deadlines and the records of HR',
      'recomputed: 3 of 3 figures of the tests about accounts, from the findings and the records of all accounts',
      'recomputed: 2 of 2 figures of the test about owners, from the records of these and of excluded accounts',
      'recomputed: 2 of 2 counts of SCIM users, from the records of all of them',
      'recomputed: 1 of 1 last looks at directories, from the records of all complete ones',
      'recomputed: 0 of 0 audit logs that were read throughout, from the records of the looks that read them',
      'recomputed: 5 of 5 lists of what leaves a test in doubt, from the records of imports, connections and looks',
    ]);
  });

  it.each([
    {
      name: 'another policy',
      report: ({ policies }: Json) => void (policies.find(({ version }: Json) => version === 1).slaHours = 48),
      says: /^policy version 1: slaHours is given as 48; record \d+ \(policy\.set\) gives 24$/,
    },
    { name: 'a policy less', report: ({ policies }: Json) => void policies.pop(), says: /^record \d+ \(policy\.set\) is not listed$/ },
    {
      name: 'a policy that is in force for longer',
      report: ({ policies }: Json) => void (policies.find(({ version }: Json) => version === 1).supersededAt = null),
      says: /^policy version 1: supersededAt is given as null; /,
    },
    {
      name: 'another file of HR',
      report: ({ sources }: Json) => void (sources.roster[0].sha256 = '0'.repeat(64)),
      says: /^import "\S+": sha256 is given as "0+"; record \d+ \(hr\.import\.completed\) gives "[0-9a-f]{64}"$/,
    },
    {
      name: 'another importer',
      report: ({ sources }: Json) => void (sources.roster[0].importedBy = 'owner:eve'),
      says: /importedBy is given as "owner:eve"; record \d+ \(hr\.import\.completed\) gives /,
    },
    {
      name: 'other rows of it',
      report: ({ sources }: Json) => void (sources.roster[0].rejected = 3),
      says: /rejected is given as 3; record \d+ \(hr\.import\.completed\) gives 0$/,
    },
    {
      name: 'changes that are said to speak of everybody',
      report: ({ sources }: Json) => void (sources.roster.find(({ tells }: Json) => tells !== 'everybody').tells = 'everybody'),
      says: /tells is given as "everybody"; record \d+ \(hr\.import\.completed\) gives "changes/,
    },
    {
      name: 'a file less',
      report: ({ sources }: Json) => void sources.roster.pop(),
      says: /^record \d+ \(hr\.import\.completed\) is not listed$/,
    },
    {
      name: 'rows of which nobody says what became',
      report: ({ sources }: Json) => void (sources.rosterTotals.rows = 40),
      says: /^all imports: 40 rows are given; what became of them adds up to 9$/,
    },
    {
      name: 'more rows of all imports, that tie',
      report: ({ sources }: Json) => void Object.assign(sources.rosterTotals, { rows: 10, unchanged: sources.rosterTotals.unchanged + 1 }),
      says: /^all imports: rows is given as 10; the records of 2 imports give 9$/,
    },
    {
      name: 'a population that the rows of HR did not begin',
      report: ({ totals }: Json) =>
        void Object.assign(totals, { employmentPeriods: totals.employmentPeriods + 1, active: totals.active + 1 }),
      says: /^the totals count 9 employment periods; the rows of HR began 8$/,
    },
    {
      name: 'fewer employment periods, rows and imports than the records tell',
      report: ({ sources, totals }: Json) => {
        Object.assign(totals, { employmentPeriods: totals.employmentPeriods - 1, active: totals.active - 1 });
        Object.assign(sources.rosterTotals, { added: sources.rosterTotals.added - 1, rows: sources.rosterTotals.rows - 1 });
      },
      says: /^the totals count 7 employment periods; records of HR began 8$/,
    },
    {
      name: 'totals of which the parts do not add up',
      report: ({ totals }: Json) => void (totals.active += 2),
      says: /^the totals count 8 employment periods; their parts add up to 10$/,
    },
    {
      name: 'another tenant',
      report: ({ sources }: Json) => void (sources.directories[0].tenantId = 'another'),
      says: /tenantId is given as "another"; record \d+ \(directory\.connection\.added\) gives /,
    },
    {
      name: 'more complete looks',
      report: ({ sources }: Json) => void (sources.directories[0].completeLooks = 99),
      says: /99 looks were complete; records tell of \d+$/,
    },
    {
      name: 'a look that nobody made',
      report: ({ coverage }: Json) => void coverage.push({ ...coverage.find(({ what }: Json) => what === 'looked'), ref: 'x' }),
      says: /^look "x": no record tells that it was complete$/,
    },
    {
      name: 'a look that took longer',
      report: ({ coverage }: Json) => void (coverage.find(({ what }: Json) => what === 'looked').from = early),
      says: /^look "\S+": from is given as "2026-02-01T00:00:00\.000Z"; record \d+ \(graph\.account\.coverage\) gives /,
    },
    {
      name: 'no gaps',
      report: (document: Json) => void (document.coverage = document.coverage.filter(({ what }: Json) => what !== 'blind')),
      says: /^nobody was looking, and it is not listed: \S+ to \S+, connection \S+, \S+, \S+$/,
    },
  ])('is found out with $name', async ({ report, says }) => {
    expect(details(await verify(forged(report)))).toContainEqual(expect.stringMatching(says));
  });

  it('is found out where nobody is said to have decided who is synced', async () => {
    let isFirst = true;
    const files = resealed(sealed.files, sealed.signer, {
      report: ({ sources }: Json) => void (sources.authority = []),
      // This world was not created by the product: its first record stands in for the one of that.
      record: (leaf: Json) => {
        if (isFirst) leaf.type = 'workspace.created';
        isFirst = false;
      },
    });
    expect(details(await verify(files))).toContainEqual(
      expect.stringMatching(/^who decided who is synced is given as \[\]; the records give \[\{"authority":"scope",/),
    );
  });
});

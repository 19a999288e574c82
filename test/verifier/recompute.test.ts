import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Verification } from '../../src/verifier/index.ts';
import { count, findingOf, rejudge, systemOf } from './forged-findings.ts';
import { type Forgery, type Json, resealed } from './resealed.ts';
import { type SealedLeavers, sealedLeavers } from './sealed-leavers.ts';
import { verifyBoth } from './verify-both.ts';

let sealed: SealedLeavers;
beforeAll(async () => {
  sealed = await sealedLeavers();
}, 180_000);

async function verify(files: ReadonlyMap<string, Buffer>, recompute = true): Promise<Verification> {
  return await verifyBoth(files, { vkeys: [sealed.vkey], recompute });
}

function recomputed({ steps }: Verification): readonly string[] {
  return steps.flatMap(({ name, problems }) => (name.startsWith('recomputed') ? problems.map(({ detail }) => detail) : []));
}

function toldOfContractor(change: Json) {
  return ({ after }: Json) => void (after?.worker_type === 'contractor' && Object.assign(after, change));
}

describe('the recomputation from the records', () => {
  it('finds in a bundle of the product all that its report says (I10)', async () => {
    const verification = await verify(sealed.files);
    expect(verification.problems).toEqual([]);
    expect(
      verification.steps
        .map(({ name }) => name)
        .filter((name) => name.startsWith('recomputed'))
        .slice(0, 12),
    ).toEqual([
      'recomputed: 5 of 5 leavers of the period, by the records of HR, have a finding',
      'recomputed: 6 of 6 totals of employments, by the records of HR',
      'recomputed: 3 of 3 answers to whether HR was heard of all who left, from the records of its imports',
      'recomputed: 6 of 6 ends of employment, from the records of HR',
      'recomputed: 5 of 5 deadlines, from the policies and the ends',
      'recomputed: 8 of 8 ends of access, from the observations',
      'recomputed: 8 of 8 last proven uses, from the observations and the complete looks',
      'recomputed: 5 of 5 verdicts and sentences, from all of these',
      'recomputed: 3 of 3 complete looks that these rest on, line by line, from the observations of all accounts',
      'recomputed: 6 of 6 people of findings, by the employee ids that the records of HR disclose',
      'recomputed: 9 of 9 accounts, by the ids that their records disclose, and user names of SCIM',
      'recomputed: 6 of 6 dates of employments, and when HR told their ends',
    ]);
  });

  it('meets every grade and every kind of end there, so that each rule was put to use', async () => {
    const { findings } = JSON.parse(sealed.files.get('report.json')?.toString('utf8') ?? '');
    expect(findings.map(({ person, verdict }: Json) => `${person?.displayName} ${verdict}`).sort()).toEqual([
      'Alan Absent LEAVER_NO_ACCOUNT_FOUND',
      'Dana Deleted DEPROVISIONED_IN_TIME',
      'Ellen Exact DEPROVISIONED_IN_TIME',
      'Hedy Here NO_END_DATE',
      'Lars Late DEPROVISIONED_LATE',
      'Uwe Usable TERMINATED_ACTIVE_BOTH',
    ]);
    const grades = new Set(findings.flatMap(({ systems }: Json) => systems.map(({ grade }: Json) => grade)));
    expect(grades).toEqual(new Set(['A', 'B', 'C', 'X']));
  });

  it('says what it leaves to the word of the report', async () => {
    const left = (await verify(sealed.files)).notRecomputed?.join('\n');
    expect(left).toMatch(/^matching: [^]*\nassignments and roles, [^]* what each source is asked [^]* answered it$/m);
  });

  it('is not done unless it is asked for', async () => {
    const verification = await verify(sealed.files, false);
    expect(verification.steps.some(({ name }) => name.startsWith('recomputed'))).toBe(false);
    expect(verification).not.toHaveProperty('notRecomputed');
  });

  const forgeries: readonly { readonly name: string; readonly forgery: Forgery; readonly says: RegExp }[] = [
    {
      name: 'a record of another end date',
      forgery: {
        record: ({ type, after }) =>
          void (type.startsWith('hr.period') && after.end_date === '2026-03-05' && (after.end_date = '2026-03-02')),
      },
      says: /its end is given as 2026-03-05T23:00:00\.000Z; record \d+ \(hr\.period\.\w+\) tells the end date 2026-03-02 \(Europe\/Berlin\), which gives 2026-03-02T23:00:00\.000Z$/,
    },
    {
      name: 'a record of another time zone',
      forgery: {
        record: ({ type, after }) =>
          void (type.startsWith('hr.period') && after.time_zone === 'America/New_York' && (after.time_zone = 'UTC')),
      },
      says: /its end is given as 2026-03-10T04:00:00\.000Z; .* \(UTC\), which gives 2026-03-10T00:00:00\.000Z$/,
    },
    {
      name: 'an end for somebody whose employment is said to go on',
      forgery: {
        record: ({ type, after }) => void (type.startsWith('hr.period') && after.end_date === null && (after.end_date = '2026-03-04')),
      },
      says: /its employment is said to go on; record \d+ \(hr\.period\.started\) tells the end date 2026-03-04/,
    },
    {
      name: 'a contractor without an end of whom HR says that they are an employee',
      forgery: { record: toldOfContractor({ worker_type: 'employee' }) },
      says: /its standing in the roster is given as OPEN_ENDED; record \d+ \(hr\.period\.started\) tells of employee, which gives LISTED$/,
    },
    {
      name: 'a person at work of whom HR says that they are on leave',
      forgery: { record: toldOfContractor({ status: 'leave' }) },
      says: /its employment is given as ACTIVE; record \d+ \(hr\.period\.started\) tells the status leave, which gives LEAVE$/,
    },
    {
      name: 'a policy of other hours',
      forgery: { record: ({ type, after }) => void (type === 'policy.set' && after.sla_hours === 24 && (after.sla_hours = 4)) },
      says: /its deadline is given as 2026-03-06T23:00:00\.000Z; record \d+ \(policy\.set\) allows 4 h, which gives 2026-03-06T03:00:00\.000Z$/,
    },
    {
      name: 'a policy that allows more at a site',
      forgery: { record: ({ type, after }) => void (type === 'policy.set' && after.sites && (after.sites[0].sla_hours = 48)) },
      says: /its deadline is given as 2026-03-10T08:00:00\.000Z; record \d+ \(policy\.set\) allows 48 h, which gives 2026-03-12T04:00:00\.000Z$/,
    },
    {
      name: 'a record of another site',
      forgery: { record: ({ type, after }) => void (type.startsWith('hr.period') && after.site === 'New York' && (after.site = 'Boston')) },
      says: /its deadline is given as 2026-03-10T08:00:00\.000Z; record \d+ \(policy\.set\) allows 24 h, which gives 2026-03-11T04:00:00\.000Z$/,
    },
    {
      name: 'a policy with other holidays',
      forgery: { record: ({ type, after }) => void (type === 'policy.set' && after.holidays && (after.holidays = ['2026-12-25'])) },
      says: /its deadline is given as 2026-03-17T23:00:00\.000Z; record \d+ \(policy\.set\) allows 2 business days with 1 holidays, which gives 2026-03-16T23:00:00\.000Z$/,
    },
    {
      name: 'an earlier deletion in the directory',
      forgery: {
        record: ({ type, observed, detail }) => {
          if (type === 'graph.account.soft_deleted') observed.to = detail.seen_from = '2026-03-07T11:58:00.000Z';
        },
      },
      says: /its directory account \S+ is given as first proven unusable 2026-03-07T12:00:\S+; records \d+, \d+ give 2026-03-07T11:58:00\.000Z$/,
    },
    {
      name: 'another instant in the directory’s audit log',
      forgery: {
        record: ({ type, observed }) => {
          if (type === 'graph.account.audited' && observed.to.startsWith('2026-03-13'))
            observed.from = observed.to = '2026-03-13T07:57:00.000Z';
        },
      },
      says: /is given as first proven unusable 2026-03-13T08:00:\S+; records \d+, \d+ and \d+ give 2026-03-13T07:57:00\.000Z$/,
    },
    {
      name: 'an earlier deactivation over SCIM',
      forgery: {
        record: (record) => {
          if (record.type === 'scim.user.deactivated' && record.recorded_at.startsWith('2026-03-06'))
            record.recorded_at = '2026-03-05T09:00:00.000Z';
        },
      },
      says: /its scim account \S+ is given as first proven unusable 2026-03-06T10:00:00\.001Z; records \d+, \d+ give 2026-03-05T09:00:00\.000Z$/,
    },
    {
      name: 'another state',
      forgery: { record: ({ type, after }) => void (type === 'graph.account.soft_deleted' && (after.state = 'vanished')) },
      says: /its directory account \S+ is given as SOFT_DELETED; records \d+, \d+ give VANISHED$/,
    },
    {
      name: 'a complete look that confirms less',
      forgery: {
        record: ({ type, recorded_at: at, detail }) => {
          if (type === 'graph.account.coverage' && at.startsWith('2026-03-18')) detail.confirmed_until = '2026-03-16T08:00:00.000Z';
        },
      },
      says: /is given as last proven usable 2026-03-18T07:55:\S+; records \d+ give 2026-03-16T08:00:00\.000Z$/,
    },
    {
      name: 'a complete look whose lines were others',
      forgery: {
        record: ({ type, recorded_at: at, detail }) => {
          if (type === 'graph.account.coverage' && at.startsWith('2026-03-18')) detail.states_sha256 = '0'.repeat(64);
        },
      },
      says: /^record \d+ \(graph\.account\.coverage\) has 0{64} as the hash of its lines, one for each account and its state; the records before it give [0-9a-f]{64}$/,
    },
    {
      name: 'another state of an account that is no leaver’s',
      forgery: {
        record: ({ type, subject, after }) => {
          const report = JSON.parse(sealed.files.get('report.json')?.toString('utf8') ?? '');
          const { accountId } = systemOf(report, 'Hedy Here', 'directory');
          if (type === 'graph.account.first_seen' && subject.id === accountId) after.state = 'disabled';
        },
      },
      says: /^record \d+ \(graph\.account\.coverage\) has [0-9a-f]{64} as the hash of its lines, .*; the records before it give [0-9a-f]{64}$/,
    },
    {
      name: 'a complete look that says nothing of its lines',
      forgery: { record: ({ type, detail }) => void (type === 'graph.account.coverage' && delete detail.states_sha256) },
      says: /it cannot be derived again: states_sha256 of record \d+ \(graph\.account\.coverage\) is not a text$/,
    },
    {
      name: 'a leaver who was left out of the report',
      forgery: {
        report: (report) => {
          report.findings = report.findings.filter((finding: Json) => finding !== findingOf(report, 'Lars Late'));
          count(report);
        },
      },
      says: /^employment period \S+ ended 2026-03-05T23:00:00\.000Z by record \d+ \(hr\.period\.end_set\), within the period, and no finding is about it$/,
    },
    {
      name: 'a leaver who is held to have stayed, though the next employment began after the deadline',
      forgery: { record: ({ type, after }) => void (type === 'hr.period.rehired' && (after.start_date = '2026-03-09')) },
      says: /^employment period \S+ ended 2026-03-05T23:00:00\.000Z by record \d+ \(hr\.period\.end_set\), within the period, and no finding is about it$/,
    },
    {
      name: 'a leaver who is held to have stayed, though the next employment had ended by its first day',
      forgery: { record: ({ type, after }) => void (type === 'hr.period.rehired' && (after.end_date = '2026-03-04')) },
      says: /^employment period \S+ ended 2026-03-05T23:00:00\.000Z by record \d+ \(hr\.period\.end_set\), within the period, and no finding is about it$/,
    },
    {
      name: 'a policy that was not in force',
      forgery: {
        report: (report) => {
          const [first, second] = report.policies.map(({ recordId }: Json) => recordId).toReversed();
          const finding = findingOf(report, 'Lars Late');
          finding.evidence = finding.evidence.map((id: string) => (id === first ? second : id));
        },
      },
      says: /its deadline comes from record \d+ \(policy\.set\); record \d+ \(policy\.set\) was in force when the employment ended$/,
    },
    {
      name: 'an observation that the finding does not cite',
      forgery: { report: (report) => void systemOf(report, 'Lars Late', 'directory').evidence.splice(2) },
      says: /its directory account \S+ does not cite record \d+ \(graph\.account\.disabled\), which tells of it$/,
    },
    {
      name: 'a finding without HR’s record',
      forgery: { report: (report) => void findingOf(report, 'Alan Absent').evidence.shift() },
      says: /it cites no record of HR about its employment period$/,
    },
    {
      name: 'a linked account that is said never to have been',
      forgery: {
        report: (report) => {
          for (const system of findingOf(report, 'Uwe Usable').systems) system.timing.neverHadAccount = true;
          rejudge(report, findingOf(report, 'Uwe Usable'));
        },
      },
      says: /it is given as .*; its records give FAIL TERMINATED_ACTIVE_BOTH: Both accounts outlasted the deadline/,
    },
  ];

  const passed = (report: Json): Json => {
    const { timing } = systemOf(report, 'Lars Late', 'directory');
    Object.assign(timing, { lastProvenUsable: '2026-03-06T12:00:00.000Z', firstProvenUnusable: '2026-03-06T13:00:00.000Z' });
    rejudge(report, findingOf(report, 'Lars Late'));
    return findingOf(report, 'Lars Late');
  };

  it.each([
    {
      name: 'of an account',
      change: (report: Json) => void (passed(report).kind = 'account'),
      says: /^finding number \d+: it cannot be derived again: it is about an employment period, and calls itself one about something else$/,
    },
    {
      name: 'of no kind',
      change: (report: Json) => void (passed(report).kind = 'employment'),
      says: /^finding number \d+: it cannot be derived again: it is about an employment period/,
    },
    {
      name: 'about somebody else',
      change: (report: Json) => void (findingOf(report, 'Lars Late').person = findingOf(report, 'Hedy Here').person),
      says: /^finding [0-9a-f-]{36}: it is said to be about person [0-9a-f-]{36}; record \d+ \(hr\.period\.\w+\) tells of [0-9a-f-]{36}$/,
    },
  ])('takes no finding on a leaver for one $name', async ({ change, says }) => {
    const forged = resealed(sealed.files, sealed.signer, { report: change });
    expect((await verify(forged, false)).problems).toEqual([]);
    expect(recomputed(await verify(forged))).toContainEqual(expect.stringMatching(says));
  });

  it.each(forgeries)('names $name, though hashes, seal and signature were made anew', async ({ forgery, says }) => {
    const forged = resealed(sealed.files, sealed.signer, forgery);
    expect((await verify(forged, false)).problems).toEqual([]);
    expect(recomputed(await verify(forged))).toContainEqual(expect.stringMatching(says));
  });

  it.each([
    {
      name: 'a verdict that only a table has',
      files: { 'findings.csv': (text: string) => text.replace('FAIL,DEPROVISIONED_LATE', 'PASS,DEPROVISIONED_IN_TIME') },
      says: [/^findings\.csv, row \d+ \([0-9a-f-]{36}\) says what report\.json does not$/, /^findings\.csv lacks 1 of the \d+ rows/],
    },
    {
      name: 'a leaver who is gone from the population',
      files: { 'population.csv': (text: string) => text.replace(/\r\n[^\r]*Lars Late[^\r]*/, '') },
      says: [/^population\.csv lacks 1 of the \d+ rows that report\.json gives$/],
    },
    {
      name: 'a leaver who is listed twice',
      files: { 'population.csv': (text: string) => text.replace(/\r\n[^\r]*Lars Late[^\r]*/, '$&$&') },
      says: [/^population\.csv, row \d+ .* says what report\.json does not$/],
    },
    {
      name: 'an instant of another day',
      files: { 'population.csv': (text: string) => text.replace('2026-03-07T12:00', '2026-03-06T12:00') },
      says: [/^population\.csv, row \d+ /, /^population\.csv lacks 1 /],
    },
    {
      name: 'a stretch in which nobody looked that has no row',
      files: { 'coverage.csv': (text: string) => text.replace(/\r\n[^\r]*,blind,[^\r]*/, '') },
      says: [/^coverage\.csv lacks 1 of the \d+ rows/],
    },
    {
      name: 'an exception that nobody made',
      files: { 'exceptions.csv': (text: string) => `${text}${'x,'.repeat(text.split(',').length - 1)}x\r\n` },
      says: [/^exceptions\.csv, row 2 /],
    },
    {
      name: 'a table of another instant',
      files: { 'exceptions.csv': (text: string) => text.replace('interim_as_of', 'final_as_of') },
      says: [/^exceptions\.csv has no column interim_as_of$/],
    },
    {
      name: 'a table that two programs could read differently',
      files: { 'findings.csv': (text: string) => text.replace('\r\n', '\n') },
      says: [/^findings\.csv cannot be read: findings\.csv, row 1 is no line of a table$/],
    },
  ])('names $name, though manifest and seal were made anew', async ({ files, says }) => {
    const forged = resealed(sealed.files, sealed.signer, { files });
    expect((await verify(forged, false)).problems.map(({ detail }) => detail)).toEqual(says.map((each) => expect.stringMatching(each)));
  });

  it('names a report whose instants, verdict, manifest and seal were forged consistently, and tells the true verdict', async () => {
    const forged = resealed(sealed.files, sealed.signer, {
      report: (report) => {
        const { timing } = systemOf(report, 'Lars Late', 'directory');
        Object.assign(timing, { lastProvenUsable: '2026-03-06T12:00:00.000Z', firstProvenUnusable: '2026-03-06T13:00:00.000Z' });
        rejudge(report, findingOf(report, 'Lars Late'));
      },
    });
    const before = await verify(forged, false);
    expect(before.problems).toEqual([]);
    expect(before.report?.effects).toMatchObject({ PASS: 3 });
    const { id } = findingOf(JSON.parse(sealed.files.get('report.json')?.toString('utf8') ?? ''), 'Lars Late');
    expect(recomputed(await verify(forged))).toEqual([
      expect.stringMatching(
        /is given as first proven unusable 2026-03-06T13:00:00\.000Z; records \d+, \d+ and \d+ give 2026-03-07T12:00:\S+$/,
      ),
      expect.stringMatching(/is given as last proven usable 2026-03-06T12:00:00\.000Z; records .* give 2026-03-07T11:55:\S+$/),
      expect.stringMatching(`^finding ${id}: it is given as PASS DEPROVISIONED_IN_TIME; its records give FAIL DEPROVISIONED_LATE: `),
      ...['rule', 'effect', 'all', 'vector', 'accounts'].map((name) => expect.stringContaining(`${id}: ${name} is given as `)),
    ]);
    expect((await verify(forged)).steps.map(({ name }) => name)).toContain('recomputed: 4 of 5 verdicts and sentences, from all of these');
  });

  it.each([
    {
      name: 'without a report',
      files: () => new Map([...sealed.files].filter(([path]) => path !== 'report.json')),
      says: 'report.json is missing',
    },
    {
      name: 'with one that cannot be read',
      files: () => new Map(sealed.files).set('report.json', Buffer.from('{"asOf":1}')),
      says: /asOf is not a text$/,
    },
  ])('stops at nothing $name', async ({ files, says }) => {
    const found = (await verify(files())).problems.map(({ detail }) => detail);
    expect(found).toContainEqual(expect.stringMatching(says));
  });

  it('says of a record that tells nothing readable what could not be derived, and goes on', async () => {
    const forged = resealed(sealed.files, sealed.signer, {
      record: ({ type, after }) => void (type === 'policy.set' && after.sla_hours === 24 && (after.sla_hours = 'a day')),
    });
    const found = recomputed(await verify(forged));
    expect(found).toContainEqual(expect.stringMatching(/it cannot be derived again: sla_hours is not an index$/));
    expect(found).toContainEqual(expect.stringMatching(/its verdict cannot be derived, since what it rests on cannot$/));
    expect((await verify(forged)).steps.map(({ name }) => name)).toContain('recomputed: 1 of 5 verdicts and sentences, from all of these');
  });

  it('derives a final report again, which was frozen and sealed', async () => {
    const verification = await verify(sealed.final);
    expect(verification.problems).toEqual([]);
    expect(verification.report).toMatchObject({ kind: 'FINAL' });
    expect(verification.steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['the report says what was frozen', expect.stringMatching(/^recomputed: (\d+) of \1 verdicts and sentences/)]),
    );
  });

  describe('when HR tells another end after the run that a finding rests on', () => {
    const larsOf = (files: ReadonlyMap<string, Buffer>) =>
      findingOf(JSON.parse(files.get('report.json')?.toString('utf8') ?? ''), 'Lars Late');

    it('a report before the next run says throughout what that run knew, and the records give the same', async () => {
      const [then, before] = [larsOf(sealed.files), larsOf(sealed.beforeNextRun)];
      expect(before).toMatchObject({ end: then.end, deadline: then.deadline, verdict: then.verdict, sentence: then.sentence });
      expect(before.period).toMatchObject({ endDate: '2026-03-05' });
      expect((await verify(sealed.beforeNextRun)).problems).toEqual([]);
    });

    it('a report after it says the new end, with the record that tells it', async () => {
      const after = larsOf(sealed.afterNextRun);
      expect(after).toMatchObject({ end: { earliest: '2026-03-03T23:00:00.000Z' }, period: { endDate: '2026-03-03', backdated: true } });
      expect((await verify(sealed.afterNextRun)).problems).toEqual([]);
    });

    it('a report that keeps the old end after the next run is found out, though it was sealed anew', async () => {
      const forged = resealed(sealed.afterNextRun, sealed.signer, {
        report: (report) => {
          const [finding, old] = [findingOf(report, 'Lars Late'), larsOf(sealed.files)];
          Object.assign(finding, old);
          count(report);
        },
      });
      expect(recomputed(await verify(forged))).toContainEqual(
        expect.stringMatching(
          /it rests on record \d+ \(hr\.period\.end_set\); record \d+ \(hr\.period\.end_changed\) tells otherwise, and is not cited$/,
        ),
      );
    });
  });
});

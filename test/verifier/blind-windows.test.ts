import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { HOUR_MS } from '../../src/kernel/index.ts';
import type { LedgerSigner } from '../../src/ledger/index.ts';
import type { Verification } from '../../src/verifier/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { type Json, resealed } from './resealed.ts';
import { sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone,worker_type',
  '1,blind@contoso.example,Bo Blind,2020-01-01,2026-03-06,Etc/UTC,employee',
  '2,seen@contoso.example,Sue Seen,2020-01-01,2026-03-12,Etc/UTC,employee',
].join('\n');

interface Sealed {
  readonly files: Map<string, Buffer>;
  /** Of a period that began while nobody looked. */
  readonly later: Map<string, Buffer>;
  readonly signer: LedgerSigner;
  readonly vkey: string;
}

/** Bo was disabled between two looks that lie two days apart, around the deadline; Sue between two that lie an hour apart. */
async function sealedBlind(): Promise<Sealed> {
  const { at, bundleOf, clock, close, connected, post, signer, tenant, vkey } = await sealingWorkspace();
  const directory = await connected();
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  const [bo, sue] = await tenant.createUsers(['blind', 'seen'].map((name) => user(name)));
  await directory.sync();
  at('2026-03-07T12:00:00.000Z');
  await directory.sync();
  at('2026-03-08T18:00:00.000Z');
  await tenant.control('PATCH', `/users/${bo?.id}`, { accountEnabled: false });
  at('2026-03-09T12:00:00.000Z');
  await directory.sync();
  at('2026-03-13T08:00:00.000Z');
  await directory.sync();
  await tenant.control('PATCH', `/users/${sue?.id}`, { accountEnabled: false });
  clock.advance(HOUR_MS);
  await directory.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  const interim = async (periodStart: string) => bundleOf(await post('/reports', { kind: 'interim', periodStart, periodEnd: clock.now() }));
  const files = await interim('2026-03-01T00:00:00.000Z');
  const later = await interim('2026-03-08T00:00:00.000Z');
  await close();
  return { files, later, signer, vkey };
}

let sealed: Sealed;
beforeAll(async () => {
  sealed = await sealedBlind();
}, 180_000);

async function verify(files: ReadonlyMap<string, Buffer>, recompute = true): Promise<readonly string[]> {
  const { problems }: Verification = await verifyBoth(files, { vkeys: [sealed.vkey], recompute });
  return problems.map(({ detail }) => detail);
}

function forged(report: (document: Json) => void, files = sealed.files): Map<string, Buffer> {
  return resealed(files, sealed.signer, { report });
}

function documentOf(files: ReadonlyMap<string, Buffer>): Json {
  return JSON.parse(files.get('report.json')?.toString('utf8') ?? '');
}

function rowsOf(files: ReadonlyMap<string, Buffer>, path: string): readonly Record<string, string>[] {
  return parse(files.get(path)?.toString('utf8') ?? '', { columns: true }) as Record<string, string>[];
}

/** The line of somebody whose end nobody looked at for days. */
function blindLine({ findings }: Json): { unit: Json; system: Json } {
  for (const unit of findings) for (const system of unit.systems) if (system.blind !== undefined) return { unit, system };
  throw new Error('nobody’s end was blind');
}

/** Takes what it says of the stretch out of a finding, so that it reads as if there had been none. */
function unsay(unit: Json): void {
  unit.sentence = unit.sentence.replace(/ (?:Nobody looked|Since \S+ nobody).*$/, '');
}

describe('a sealed report whose findings say when nobody looked', () => {
  it('is proven, each stretch standing in its coverage under the same name (I10)', async () => {
    for (const files of [sealed.files, sealed.later]) {
      expect(await verify(files)).toEqual([]);
      const listed = rowsOf(files, 'coverage.csv').flatMap(({ gap_id: id, what }) => (what === 'blind' ? [id] : []));
      for (const path of ['population.csv', 'findings.csv']) {
        const named = rowsOf(files, path).flatMap(({ gap_id: id = '' }) => (id === '' ? [] : [id]));
        // Whoever left before the later period is no leaver of it.
        expect(named).toHaveLength(path === 'population.csv' && files === sealed.later ? 0 : 1);
        expect(listed).toEqual(expect.arrayContaining(named));
      }
    }
  });

  it('tells a stretch in which its period began from the beginning', () => {
    const { coverage, periodStart } = documentOf(sealed.later);
    const [first, ...others] = coverage.filter(({ from, source }: Json) => source === 'directory' && from < periodStart);
    expect(first).toMatchObject({ what: 'looked' });
    expect(others).toEqual([
      expect.objectContaining({ what: 'blind', from: first.to, gapId: `${first.detail.split(' ')[1]}/${first.to}`, because: 'no-run' }),
    ]);
  });

  it.each<{ name: string; report: (document: Json) => void; says: RegExp; recompute?: boolean }>([
    {
      name: 'that leaves a stretch out',
      report: (document) => {
        const { system, unit } = blindLine(document);
        delete system.blind;
        unsay(unit);
      },
      says: /^finding \S+: of its directory account it names nothing as when nobody looked; the coverage gives \S+ to \S+ \(no-run\)$/,
      recompute: false,
    },
    {
      name: 'that names it, and does not say so',
      report: (document) => unsay(blindLine(document).unit),
      says: /^finding \S+: its sentence does not say what was observed$/,
      recompute: false,
    },
    {
      name: 'that names a shorter one',
      report: (document) => {
        const { system, unit } = blindLine(document);
        const [stretch] = system.blind;
        unit.sentence = unit.sentence.replaceAll(stretch.to, '2026-03-08T12:00:00.000Z');
        stretch.to = '2026-03-08T12:00:00.000Z';
      },
      says: /^finding \S+: of its directory account it names \S+ to 2026-03-08T12:00:00\.000Z \(no-run\) as when nobody looked; the coverage gives /,
      recompute: false,
    },
    {
      name: 'that names one that widened nothing',
      report: (document) => {
        const { system, unit } = blindLine(document);
        unit.systems.find(({ system: which }: Json) => which === 'scim').blind = system.blind;
      },
      says: /^finding \S+: of its scim account it names \S+ to \S+ \(no-run\) as when nobody looked; the coverage gives nothing$/,
      recompute: false,
    },
    {
      name: 'whose coverage calls a stretch by another name',
      report: ({ coverage }) => void (coverage.find(({ what }: Json) => what === 'blind').gapId = 'x/2026-03-08T12:00:00.000Z'),
      says: /^the coverage calls a stretch x\/2026-03-08T12:00:00\.000Z, which says another connection or another beginning than its line$/,
      recompute: false,
    },
    {
      name: 'whose account is shown by no connection of the report',
      report: (document) => void (blindLine(document).system.connectionId = 'x'),
      says: /^finding \S+: its directory account \S+ is shown by no connection that the report lists$/,
      recompute: false,
    },
    {
      name: 'whose account is given to another connection',
      report: (document) => {
        const { system, unit } = blindLine(document);
        const [directory] = document.sources.directories;
        document.sources.directories.push({ ...directory, connectionId: 'x', tenantId: 'y', connectedAt: document.asOf });
        system.connectionId = 'x';
        delete system.blind;
        unsay(unit);
      },
      says: /^finding \S+: its directory account \S+ is given as shown by connection x; record \d+ \(graph\.account\.\w+\) is of \S+$/,
    },
    {
      name: 'that leaves it out of the coverage as well',
      report: (document) => {
        const { system, unit } = blindLine(document);
        const [{ gapId }] = system.blind;
        delete system.blind;
        unsay(unit);
        document.coverage = document.coverage.filter((row: Json) => row.gapId !== gapId);
      },
      says: /^nobody was looking, and it is not listed: \S+ to \S+, connection \S+, \S+, no-run$/,
    },
    {
      name: 'that says of it that a look failed',
      report: (document) => {
        const { system, unit } = blindLine(document);
        const [stretch] = system.blind;
        stretch.because = 'throttled';
        unit.sentence = unit.sentence.replace('no such look was made', 'a look failed (throttled)');
        for (const row of document.coverage) if (row.gapId === stretch.gapId) row.because = 'throttled';
      },
      says: /^it is listed that nobody was looking, and somebody was: \S+ to \S+, connection \S+, \S+, throttled$/,
    },
    {
      name: 'of a format that named none',
      report: (document) => void (document.format = 'rollcall-report/3'),
      says: /^finding \S+ names when nobody looked, which a report of its format does not$/,
      recompute: false,
    },
  ])('is found out $name, though all was sealed anew', async ({ recompute = true, report, says }) => {
    expect(await verify(forged(report), recompute)).toContainEqual(expect.stringMatching(says));
  });

  it('is found out that lists no look before its period', async () => {
    const files = forged(({ coverage, periodStart }) => {
      const before = coverage.findIndex(({ from, what }: Json) => what === 'looked' && from < periodStart);
      coverage.splice(before, 1);
    }, sealed.later);
    expect(await verify(files)).toContainEqual(
      expect.stringMatching(/^connection "\S+": its last complete look before the period, from \S+, is not listed$/),
    );
  });

  it.each(['population.csv', 'findings.csv', 'coverage.csv'])('is found out whose %s has no column for it', async (path) => {
    const files = resealed(sealed.files, sealed.signer, { files: { [path]: (text) => text.replace('gap_id', 'gap') } });
    expect(await verify(files, false)).toContainEqual(`${path} has no column gap_id`);
  });
});

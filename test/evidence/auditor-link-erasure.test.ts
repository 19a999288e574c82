import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditorLinkRoutes } from '../../src/evidence/index.ts';
import { DAY_MS, type LedgerRecordId, plusMs } from '../../src/kernel/index.ts';
import { eraseOfRecords } from '../../src/ledger/retention-store.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { type SealedSample, sealedSample } from './sealed-sample.ts';

let sample: SealedSample;
let server: LoopbackServer;
beforeAll(async () => {
  sample = await sealedSample();
  const { clock, database, integrator, workspaceId } = sample;
  const routers = [auditorLinkRoutes({ database, integrator, publicUrl: 'https://rollcall.example.com' })];
  server = await administrationServer({ clock, workspaceId, routers });
});
afterAll(async () => {
  await server.close();
  await sample.drop();
});

async function api(method: string, path = '', body?: object) {
  const response = await fetch(`${server.url}/reports/${sample.report.id}/auditor-links${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

async function link(): Promise<string> {
  return String((await api('POST', '', { recipient: 'Anna Auditor' })).body['id']);
}

async function recipientOf(id: string): Promise<string | null | undefined> {
  const links = (await api('GET')).body['links'] as readonly { readonly id: string; readonly recipient: string | null }[];
  return links.find((each) => each.id === id)?.recipient;
}

const erase = (id: string) => api('POST', `/${id}/erasure`, {});

async function recordsAbout(id: string): Promise<readonly { readonly id: LedgerRecordId; readonly type: string }[]> {
  const { rows } = await sample.test.owner.query<{ id: LedgerRecordId; type: string }>(
    'select record.id, record.type from ledger_record as record where record.subject_id = $1 order by record.txid, record.ord',
    [id],
  );
  return rows;
}

describe('whom an auditor’s link was made out to', () => {
  it('is told until it is erased, and stands beside the ledger alone (I11)', async () => {
    const id = await link();
    expect(await recipientOf(id)).toBe('Anna Auditor');
    await api('DELETE', `/${id}`);
    expect(await erase(id)).toEqual({ status: 200, body: { values: 1, records: 1 } });
    expect(await recipientOf(id)).toBeNull();
    expect((await recordsAbout(id)).map(({ type }) => type)).toEqual(['auditor-link.issued', 'auditor-link.revoked', 'ledger.erased']);
    const { rows } = await sample.test.owner.query<{ told: string }>(
      `select row_to_json(link)::text as told from auditor_link as link where link.id = $1
       union all select disclosure.value::text from ledger_disclosure as disclosure
         join ledger_record as record on record.id = disclosure.record_id where record.subject_id = $1`,
      [id],
    );
    expect(JSON.stringify(rows)).not.toContain('Anna');
    expect(await erase(id)).toMatchObject({ status: 404 });
  });

  it('is not erased while the link opens the report', async () => {
    const id = await link();
    expect(await erase(id)).toMatchObject({ status: 409, body: { detail: 'The link still opens the report.' } });
    sample.clock.advance(15 * DAY_MS);
    expect(await erase(id)).toMatchObject({ status: 200 });
  });

  it('goes when the workspace keeps personal data no longer', async () => {
    const id = await link();
    const { clock, database, workspaceId } = sample;
    const recordIds = (await recordsAbout(id)).map((record) => record.id);
    await eraseOfRecords(database, workspaceId, { at: plusMs(clock.now(), DAY_MS), recordIds });
    expect(await recipientOf(id)).toBeNull();
  });
});

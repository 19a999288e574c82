import { describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant } from '../../src/kernel/index.ts';
import { eachRoster } from './each-roster.ts';
import { ANN } from './roster-server.ts';

const given = eachRoster('2026-03-10T08:00:00.000Z' as Instant);

interface Leaf {
  readonly type: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly disclosures?: Readonly<Record<string, string>>;
}

const row = (more: Readonly<Record<string, string>> = {}) => ({
  employee_id: '1',
  work_email: 'ann@contoso.example',
  display_name: 'Ann Adler',
  start_date: '2020-01-01',
  end_date: '',
  ...more,
});

async function pushed(more: Readonly<Record<string, string>> = {}): Promise<void> {
  given.clock.advance(DAY_MS);
  expect((await given.at.send('POST', '/roster/imports?mode=import', { rows: [row(more)] })).status).toBe(201);
}

/** What the ledger says of people and their employments, in order. */
async function told(): Promise<readonly Leaf[]> {
  const leaves = (await given.at.leaves()).map((leaf) => JSON.parse(leaf) as Leaf);
  return leaves.filter(({ type }) => type.startsWith('hr.period.') || type.startsWith('hr.person.'));
}

async function toldSince(count: number): Promise<readonly Leaf[]> {
  return (await told()).slice(count);
}

/** The record that the period names for how it stands. */
async function stands(): Promise<string | undefined> {
  const { rows } = await given.db.owner.query<{ type: string }>(
    `select record.type from employment_period as period join ledger_record as record on record.workspace_id = period.workspace_id and record.id = period.record_id
     where period.workspace_id = $1`,
    [given.at.workspaceId],
  );
  return rows[0]?.type;
}

describe('what the ledger says of an employment besides its dates', () => {
  it('says with the beginning what status and what kind of employment it is', async () => {
    await pushed({ status: 'prehire', worker_type: 'contractor' });
    expect(await told()).toMatchObject([{ type: 'hr.period.started', after: { status: 'prehire', worker_type: 'contractor' } }]);
  });

  it.each([
    { status: 'leave', was: 'active' },
    { status: 'notice', was: 'leave' },
    { status: 'garden_leave', was: 'notice' },
    { status: 'active', was: 'prehire' },
  ])('records that the status became $status, which was $was, and cites that from then on', async ({ status, was }) => {
    await pushed({ status: was });
    await pushed({ status });
    expect(await toldSince(1)).toMatchObject([{ type: 'hr.period.status_changed', before: { status: was }, after: { status } }]);
    expect(await stands()).toBe('hr.period.status_changed');
  });

  it('records that a contractor became an employee', async () => {
    await pushed({ worker_type: 'contractor' });
    await pushed({ worker_type: 'employee' });
    expect(await toldSince(1)).toMatchObject([
      { type: 'hr.period.type_changed', before: { worker_type: 'contractor' }, after: { worker_type: 'employee' } },
    ]);
    expect(await stands()).toBe('hr.period.type_changed');
  });

  it('records each of what one row changes, the end last, since it says how all of it stands', async () => {
    await pushed({ worker_type: 'contractor', site: 'Berlin' });
    await pushed({ worker_type: 'employee', status: 'notice', site: 'Austin', end_date: '2026-04-30' });
    const after = { worker_type: 'employee', status: 'notice', site: 'Austin', end_date: '2026-04-30' };
    expect(await toldSince(1)).toMatchObject([
      { type: 'hr.period.status_changed', after },
      { type: 'hr.period.type_changed', after },
      { type: 'hr.period.end_set', before: { status: 'active', site: 'Berlin' }, after },
    ]);
    expect(await stands()).toBe('hr.period.end_set');
  });

  it('records a site that moves together with the status', async () => {
    await pushed({ site: 'Berlin' });
    await pushed({ site: 'Austin', status: 'leave' });
    expect((await toldSince(1)).map(({ type }) => type)).toEqual(['hr.period.status_changed', 'hr.period.site_changed']);
  });

  it('records nothing where nothing changed', async () => {
    await pushed({ status: 'leave' });
    await pushed({ status: 'leave' });
    expect(await toldSince(1)).toEqual([]);
  });

  it('keeps the status with an end that HR gives when asked', async () => {
    await pushed({ status: 'leave', worker_type: 'contractor' });
    given.clock.advance(DAY_MS);
    await given.at.post('mode=import', ['2,ben@contoso.example,Ben Baker,2021-05-01,,,']);
    const { people } = (await given.at.get('/people?listing=dropped')) as { people: { id: string }[] };
    const answer = { decision: 'left', endDate: '2026-12-31', reason: 'HR by telephone' };
    expect((await given.at.send('POST', `/people/${people[0]?.id ?? ''}/listing`, answer)).status).toBeLessThan(300);
    expect((await told()).at(-1)).toMatchObject({ type: 'hr.period.end_set', after: { status: 'leave', worker_type: 'contractor' } });
  });
});

describe('what the ledger says of who a person is', () => {
  it('records that a name, an address or a manager changed, and discloses what they were and are beside the record alone (I11)', async () => {
    await pushed({ manager_employee_id: '7' });
    await pushed({ display_name: 'Ann Baker', work_email: 'baker@contoso.example', manager_employee_id: '8' });
    const [changed, ...others] = await toldSince(1);
    expect(others).toEqual([]);
    expect(changed).toMatchObject({
      type: 'hr.person.changed',
      subject: { kind: 'person' },
      detail: { changed: ['display_name', 'work_email', 'manager_employee_id'] },
    });
    expect(changed).not.toHaveProperty('before');
    expect(changed).not.toHaveProperty('after');
    expect((await given.at.leaves()).join('\n')).not.toMatch(/Ann |Baker|contoso/);
    const { rows } = await given.db.owner.query<{ path: string; value: unknown }>(
      `select disclosure.path, disclosure.value from ledger_disclosure as disclosure
       join ledger_record as record on record.workspace_id = disclosure.workspace_id and record.id = disclosure.record_id
       where record.workspace_id = $1 and record.type = 'hr.person.changed' order by disclosure.path`,
      [given.at.workspaceId],
    );
    expect(rows).toEqual([
      {
        path: 'before',
        value: { employee_id: '1', display_name: 'Ann Adler', work_email: 'ann@contoso.example', manager_employee_id: '7' },
      },
      {
        path: 'person',
        value: { employee_id: '1', display_name: 'Ann Baker', work_email: 'baker@contoso.example', manager_employee_id: '8' },
      },
    ]);
  });

  it('names only the columns that changed, and leaves the record of the employment the one that it was', async () => {
    await pushed();
    await pushed({ work_email: 'ann.adler@contoso.example' });
    expect(await toldSince(1)).toMatchObject([{ type: 'hr.person.changed', detail: { changed: ['work_email'] } }]);
    expect(await stands()).toBe('hr.period.started');
  });

  it('records nothing where a file names no manager and no name', async () => {
    await pushed({ manager_employee_id: '7' });
    await pushed({ display_name: '' });
    expect(await toldSince(1)).toEqual([]);
  });

  it('gives each period its own records in a file that changes people and periods at once', async () => {
    await given.at.post('mode=import', [ANN, '2,ben@contoso.example,Ben Baker,2021-05-01,,,']);
    given.clock.advance(DAY_MS);
    await given.at.post('mode=import', [
      '1,ann@contoso.example,Ann Newname,2020-01-01,2026-04-30,,',
      '2,b@contoso.example,Ben Baker,2021-05-01,2026-05-31,,',
    ]);
    const { rows } = await given.db.owner.query<{ own: boolean; type: string }>(
      `select record.subject_id = period.id as own, record.type from employment_period as period
       join ledger_record as record on record.workspace_id = period.workspace_id and record.id = period.record_id where period.workspace_id = $1`,
      [given.at.workspaceId],
    );
    expect(rows).toEqual([
      { own: true, type: 'hr.period.end_set' },
      { own: true, type: 'hr.period.end_set' },
    ]);
  });
});

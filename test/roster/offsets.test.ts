import { describe, expect, it } from '@jest/globals';
import { eachRoster } from './each-roster.ts';

const given = eachRoster();

const row = (zone: string, site = '') => ({
  employee_id: '1',
  work_email: 'ann@contoso.example',
  start_date: '2020-01-01',
  end_date: '2026-07-31',
  time_zone: zone,
  site,
});
const push = async (mode: string, zone: string, site?: string) =>
  (await given.at.send('POST', `/roster/imports?mode=${mode}`, { rows: [row(zone, site)] })).body;
const map = (mapping: object) => given.at.send('PUT', '/roster/mapping', mapping);
const zone = async () => (await given.at.periods())[0]?.['timeZone'];

describe('a time zone that is an offset', () => {
  it.each(['EST', 'est', 'MST', 'HST', 'GMT', 'GMT0', 'GMT+0', 'Greenwich', '+02:00', '-05:00', '5'])(
    'is not taken for the zone that it may stand for: %s',
    async (offset) => {
      expect(await push('import', offset)).toMatchObject({
        warnedRows: 1,
        warnings: [
          {
            line: 1,
            column: 'time_zone',
            value: offset,
            rows: 1,
            reason: expect.stringMatching(/no place.*words\.time_zone.*within 26 hours/),
          },
        ],
      });
      expect(await zone()).toBe(`the offset ${offset}`);
    },
  );

  it.each(['UTC', 'Etc/GMT+5', 'America/New_York', 'CET', 'EST5EDT'])('is none where the name says all: %s', async (name) => {
    expect(await push('import', name)).toMatchObject({ warnedRows: 0 });
    expect(await zone()).toBe(name);
  });

  it('is read as what the mapping says, in any letters, and so is any other word for a zone', async () => {
    const words = { time_zone: { EST: 'America/New_York', ' W. Europe Standard Time ': 'Europe/Berlin' } };
    expect(await map({ words })).toMatchObject({
      status: 200,
      body: { words: { time_zone: { est: 'America/New_York', 'w. europe standard time': 'Europe/Berlin' } } },
    });
    for (const [told, read] of [
      ['est', 'America/New_York'],
      ['W. Europe Standard Time', 'Europe/Berlin'],
      ['constructor', 'constructor'],
    ] as const) {
      await push('import', told);
      expect(await zone()).toBe(read);
    }
  });

  it.each([
    { mapping: { timeZones: { Austin: 'MST' } }, next: expect.stringContaining('America/New_York') },
    { mapping: { words: { time_zone: { Eastern: 'EST' } } }, next: expect.stringContaining('America/New_York') },
    { mapping: { words: { time_zone: { Eastern: 'Atlantis' } } } },
    { mapping: { words: { time_zone: { Eastern: 5 } } } },
    { mapping: { words: { time_zone: [] } } },
  ])('is refused in a mapping, as any that is no zone: $mapping', async ({ mapping, next }) => {
    expect(await map(mapping)).toMatchObject({ status: 400, ...(next !== undefined && { body: { next } }) });
  });

  it('of a site is none either, where an earlier version let it into the mapping', async () => {
    await map({ timeZones: { Austin: 'America/Chicago' } });
    await given.db.owner.query(
      `update roster_mapping set mapping = jsonb_set(mapping::jsonb, '{timeZones,Austin}', '"MST"') where workspace_id = $1`,
      [given.at.workspaceId],
    );
    expect(await push('import', '', 'Austin')).toMatchObject({ warnings: [{ column: 'time_zone', value: 'MST' }] });
  });

  it('leaves a site that is called as something of every object without a zone that anybody knows', async () => {
    await map({ timeZones: { Austin: 'America/Chicago' } });
    expect(await push('import', '', 'constructor')).toMatchObject({ warnings: [{ column: 'site', value: 'constructor' }] });
    expect(await zone()).toBe('the site constructor');
  });
});

import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Instant, plusMs } from '../../src/kernel/index.ts';
import { sealedLeavers } from '../verifier/sealed-leavers.ts';

interface Row {
  readonly leaver: string;
  readonly at: Instant;
  readonly what: string;
  readonly places: readonly number[];
}

let rows: readonly Row[];
let page: string;
let records: ReadonlyMap<number, string>;

beforeAll(async () => {
  const { files } = await sealedLeavers();
  page = String(files.get('report.html'));
  records = new Map(
    String(files.get('log/records.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { i: number; leaf: string })
      .map(({ i, leaf }) => [i, Buffer.from(leaf, 'base64').toString('utf8')]),
  );
  rows = [...page.matchAll(/<section class="leaver"[^>]*>\n<h3>(?:<bdi>)?([^<]*)([^]*?)<\/section>/g)].flatMap(
    ([, leaver = '', section = '']) =>
      [...section.matchAll(/<tr><td>([\d-]+) ([\d:.]+) UTC[^<]*<\/td><td>([^<]*)<\/td><td>[^<]*<\/td><td>([\d ]*)<\/td><\/tr>/g)].map(
        ([, day = '', time = '', what = '', places = '']) => ({
          leaver,
          at: `${day}T${time.includes('.') ? time : `${time}.000`}Z` as Instant,
          what,
          places: places === '' ? [] : places.split(' ').map(Number),
        }),
      ),
  );
}, 120_000);

/** Whether one of the records says so itself, to the millisecond; a receipt ends what was before it. */
function isNamed({ at, places }: Row): boolean {
  return places.some((place) => [at, plusMs(at, 1)].some((instant) => records.get(place)?.includes(instant) === true));
}

describe('a leaver’s page, of people who left in every way', () => {
  it('has a record of the ledger for every fact', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(({ places }) => places.length === 0 || places.some((place) => !records.has(place)))).toEqual([]);
  });

  it('names for what was seen of an account the records that say so, and the receipt that began what goes on', () => {
    const seen = rows.filter(({ what }) => /account.*: (last proven usable|first proven unusable|usable again)$/.test(what));
    expect(seen.length).toBeGreaterThan(10);
    const others = seen.filter((row) => !isNamed(row));
    for (const { what, places } of others) {
      expect(what).toBe('scim account: last proven usable');
      expect(places.map((place) => (JSON.parse(records.get(place) ?? '{}') as { type: string }).type)).toEqual(['scim.user.created']);
    }
    expect(others.length).toBeLessThan(seen.length / 4);
  });

  it('names fewer records than the account cites', () => {
    const most = Math.max(...rows.map(({ places }) => places.length));
    expect(most).toBeLessThanOrEqual(3);
  });

  it('says by which rule each account is theirs, with the record of the link', () => {
    const links = rows.filter(({ what }) => what.includes('linked to the person by'));
    expect(links.length).toBeGreaterThan(5);
    for (const { what, places } of links) {
      const [place = -1] = places;
      const rule = /by (M\d) \(\w+\)$/.exec(what)?.[1];
      expect(JSON.parse(records.get(place) ?? '{}')).toMatchObject({ type: 'match.linked', detail: { rule } });
    }
  });
});

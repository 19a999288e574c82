import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AccountKinds, idAt, placeFrom, tallyKinds } from '../../src/reconciliation/account-kinds.ts';

const kind = { named: null, isEnabled: true, userType: null, isExternal: false, groups: [], roles: [] };
const bytesOf = (ids: readonly string[]) => Buffer.concat(ids.map((id) => Buffer.from(id.replaceAll('-', ''), 'hex')));
/** Text order is the order of the bytes. */
const ids = fc.uniqueArray(fc.uuid(), { maxLength: 40 }).map((some) => some.toSorted((a, b) => (a < b ? -1 : 1)));

function accountsOf(objectIds: readonly string[], kinds = 3): AccountKinds {
  const kindOf = Uint32Array.from(objectIds, (id) => Number.parseInt(id.slice(-1), 16) % kinds);
  return { kinds: Array.from({ length: kinds }, () => kind), ids: bytesOf(objectIds), kindOf };
}

describe('the accounts of a tenant with their kinds', () => {
  it('are found by their place, and their place by them', () => {
    fc.assert(
      fc.property(ids, fc.uuid(), (known, stranger) => {
        const accounts = accountsOf(known);
        expect(known.map((id) => idAt(accounts, placeFrom(accounts, id)))).toEqual(known);
        expect(placeFrom(accounts, stranger)).toBe(known.filter((id) => id < stranger).length);
      }),
    );
  });

  it('are counted by kind among some of them, strangers left out', () => {
    fc.assert(
      fc.property(ids, ids, fc.func(fc.boolean()), (known, strangers, isSynced) => {
        const accounts = accountsOf(known);
        const synced = known.filter((id) => isSynced(id));
        const some = [...new Set([...synced, ...strangers])].toSorted((a, b) => (a < b ? -1 : 1));
        const expected = [0, 1, 2].map((place) => known.filter((id, n) => some.includes(id) && accounts.kindOf[n] === place).length);
        expect(tallyKinds(accounts, bytesOf(some))).toEqual(expected);
      }),
    );
  });
});

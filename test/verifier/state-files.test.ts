import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/verifier/json-shape.ts';
import { StateFiles } from '../../src/verifier/state-files.ts';

const [ann, bob, cid] = [
  '0a000000-0000-4000-8000-00000000000a',
  '0b000000-0000-4000-8000-00000000000b',
  'f0000000-0000-4000-8000-00000000000c',
];

/** Records in the ledger's order, as `[type, subject's id, what else is said]`. */
function noted(records: readonly (readonly [string, string, JsonObject?])[]): StateFiles {
  const states = new StateFiles();
  for (const [index, [type, id, more = {}]] of records.entries()) {
    states.note({ index, id: `record-${index}`, type: `graph.account.${type}`, leaf: { subject: { kind: 'any', id }, ...more } });
  }
  return states;
}

function turn(type: string, account: string, state: string, connection = 'entra'): readonly [string, string, JsonObject] {
  return [type, account, { after: { state }, detail: { connection } }];
}

function hashOf(...lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

describe('a state file that is made anew', () => {
  it('has a line for each account that was seen before the look, in the order of the ids, with the last state that was told', () => {
    const states = noted([
      turn('first_seen', cid, 'enabled'),
      turn('first_seen', ann, 'disabled'),
      ['coverage', 'entra'],
      turn('vanished', cid, 'vanished'),
      turn('first_seen', bob, 'enabled'),
      turn('restored', cid, 'enabled'),
      ['coverage', 'entra'],
      turn('disabled', bob, 'disabled'),
    ]);
    expect(states.digestAt('entra', 2)).toBe(hashOf(`${ann} disabled`, `${cid} enabled`));
    expect(states.digestAt('entra', 6)).toBe(hashOf(`${ann} disabled`, `${bob} enabled`, `${cid} enabled`));
  });

  it('is empty where a look found nobody', () => {
    expect(noted([['coverage', 'entra']]).digestAt('entra', 0)).toBe(hashOf());
  });

  it('is of one connection alone', () => {
    const states = noted([turn('first_seen', ann, 'enabled'), turn('first_seen', bob, 'enabled', 'other'), ['coverage', 'other']]);
    expect(states.digestAt('other', 2)).toBe(hashOf(`${bob} enabled`));
  });

  it('is of no look that the ledger does not have', () => {
    const states = noted([turn('first_seen', ann, 'enabled'), ['coverage', 'entra']]);
    expect(states.digestAt('entra', 0)).toBeUndefined();
    expect(states.digestAt('other', 1)).toBeUndefined();
  });

  it('has as many lines as there are accounts, whatever their number', () => {
    const ids = Array.from({ length: 2_500 }, (_, n) => `${(n * 7_919).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`);
    const states = noted([...ids.map((id) => turn('first_seen', id, 'enabled')), ['coverage', 'entra']]);
    expect(states.digestAt('entra', ids.length)).toBe(hashOf(...ids.toSorted().map((id) => `${id} enabled`)));
  });

  it('is the same whether looks are asked for in their order, backwards or again', () => {
    const states = noted([
      turn('first_seen', bob, 'enabled'),
      ['coverage', 'entra'],
      turn('first_seen', ann, 'enabled'),
      turn('disabled', bob, 'disabled'),
      ['coverage', 'entra'],
      ['coverage', 'entra'],
    ]);
    const both = hashOf(`${ann} enabled`, `${bob} disabled`);
    expect([4, 1, 5, 4].map((index) => states.digestAt('entra', index))).toEqual([both, hashOf(`${bob} enabled`), both, both]);
  });

  it('passes over records that say nothing that can be read', () => {
    const states = noted([
      turn('first_seen', ann, 'asleep'),
      ['first_seen', bob, { after: null, detail: [] }],
      ['first_seen', cid],
      turn('audited', ann, 'disabled'),
      ['coverage', 'entra'],
    ]);
    expect(states.digestAt('entra', 4)).toBe(hashOf());
  });
});

describe('accounts that vanished while they were enabled', () => {
  const rows: readonly { readonly name: string; readonly told: Parameters<typeof noted>[0]; readonly expected: readonly string[] }[] = [
    {
      name: 'are those whose last state before it was enabled',
      told: [
        turn('first_seen', ann, 'enabled'),
        turn('first_seen', bob, 'enabled'),
        turn('disabled', bob, 'disabled'),
        turn('vanished', ann, 'vanished'),
        turn('vanished', bob, 'vanished'),
        ['coverage', 'entra'],
      ],
      expected: [ann],
    },
    {
      name: 'are none that were found again by the look',
      told: [turn('first_seen', ann, 'enabled'), turn('vanished', ann, 'vanished'), turn('enabled', ann, 'enabled'), ['coverage', 'entra']],
      expected: [],
    },
    {
      name: 'are none of which something was told since the look',
      told: [
        turn('first_seen', ann, 'enabled'),
        turn('vanished', ann, 'vanished'),
        turn('first_seen', bob, 'enabled'),
        ['coverage', 'entra'],
        turn('enabled', ann, 'enabled'),
        turn('vanished', bob, 'vanished'),
      ],
      expected: [],
    },
    {
      name: 'are none of which the audit log told',
      told: [
        turn('first_seen', ann, 'enabled'),
        turn('vanished', ann, 'vanished'),
        turn('audited', ann, 'disabled'),
        ['coverage', 'entra'],
      ],
      expected: [],
    },
    { name: 'are none where nobody looked', told: [turn('first_seen', ann, 'enabled'), turn('vanished', ann, 'vanished')], expected: [] },
  ];

  it.each(rows)('$name', ({ expected, told }) => {
    const look = told.findIndex(([type]) => type === 'coverage');
    expect([...noted(told).vanishedWhileEnabled(() => (look === -1 ? undefined : look))]).toEqual(expected);
  });
});

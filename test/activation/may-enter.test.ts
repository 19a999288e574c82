import { describe, expect, it } from '@jest/globals';
import type { ScimUserStanding } from '../../src/activation/activation-read-model.ts';
import { decideEntry } from '../../src/activation/may-enter.ts';
import { DAY_MS, type Instant, plusMs } from '../../src/kernel/index.ts';

const switchedAt = '2026-03-03T09:00:00.000Z' as Instant;
const GRACE = 7 * DAY_MS;

const somebody = { isAdministrator: false, isInScope: false, scim: null as ScimUserStanding['standing'] | null };
const administrator = { ...somebody, isAdministrator: true };
const never = null;

describe('who may enter (I4, I5)', () => {
  it.each([
    { name: 'off, an administrator', switchState: 'off', who: administrator, afterMs: 90 * DAY_MS, expected: 'yes' },
    {
      name: 'off, an administrator whom SCIM deactivated',
      switchState: 'off',
      who: { ...administrator, scim: 'inactive' },
      afterMs: 0,
      expected: 'yes',
    },
    { name: 'off, a person in scope', switchState: 'off', who: { ...somebody, isInScope: true }, afterMs: 0, expected: 'yes' },
    { name: 'off, a person out of scope', switchState: 'off', who: somebody, afterMs: 0, expected: 'no' },
    { name: 'off, an active SCIM user out of scope', switchState: 'off', who: { ...somebody, scim: 'active' }, afterMs: 0, expected: 'no' },
    { name: 'on, an active SCIM user', switchState: 'on', who: { ...somebody, scim: 'active' }, afterMs: 90 * DAY_MS, expected: 'yes' },
    { name: 'on, an inactive SCIM user', switchState: 'on', who: { ...somebody, scim: 'inactive' }, afterMs: 0, expected: 'no' },
    { name: 'on, a deleted SCIM user', switchState: 'on', who: { ...somebody, scim: 'deleted' }, afterMs: 0, expected: 'no' },
    { name: 'on, a person never provisioned', switchState: 'on', who: somebody, afterMs: 0, expected: 'no' },
    {
      name: 'on, a person never provisioned but in scope',
      switchState: 'on',
      who: { ...somebody, isInScope: true },
      afterMs: 0,
      expected: 'no',
    },
    {
      name: 'on, an administrator who is an active SCIM user',
      switchState: 'on',
      who: { ...administrator, scim: 'active' },
      afterMs: 90 * DAY_MS,
      expected: 'yes',
    },
    {
      name: 'on, an administrator deactivated within the grace period',
      switchState: 'on',
      who: { ...administrator, scim: 'inactive' },
      afterMs: 0,
      expected: 'no',
    },
    {
      name: 'on, an administrator deleted within the grace period',
      switchState: 'on',
      who: { ...administrator, scim: 'deleted' },
      afterMs: 0,
      expected: 'no',
    },
    {
      name: 'on, an administrator in grace, to its end',
      switchState: 'on',
      who: { ...administrator, scim: never },
      afterMs: GRACE - 1,
      expected: 'yes',
    },
    {
      name: 'on, an administrator whose grace is over',
      switchState: 'on',
      who: { ...administrator, scim: never },
      afterMs: GRACE,
      expected: 'no',
    },
  ] as const)('$name: $expected', ({ switchState, who, afterMs, expected }) => {
    const { isAdministrator, isInScope, scim } = who;
    const entry = decideEntry({
      switchState,
      switchedAt,
      graceDays: 7,
      scim: scim === null ? null : { id: 'u', standing: scim, linkedBy: null },
      isAdministrator,
      isInScope,
      grantedRoleId: scim === 'active' ? 'auditor' : null,
      at: plusMs(switchedAt, afterMs),
    });
    expect(entry.kind).toBe(expected);
  });

  it('is somebody in the role that SCIM grants, and not in one of their own', () => {
    const facts = { switchState: 'on', switchedAt, graceDays: 7, isAdministrator: true, isInScope: false, at: switchedAt } as const;
    const scim = { id: 'u', standing: 'active', linkedBy: 'userName' } as const;
    expect(decideEntry({ ...facts, scim, grantedRoleId: 'auditor' })).toEqual({
      kind: 'yes',
      roleId: 'auditor',
      graceEndsAt: null,
      scimUser: { id: 'u', linkedBy: 'userName' },
    });
    expect(decideEntry({ ...facts, scim: null, grantedRoleId: null })).toMatchObject({
      roleId: null,
      graceEndsAt: plusMs(switchedAt, GRACE),
    });
  });
});

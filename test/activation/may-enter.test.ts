import { describe, expect, it } from '@jest/globals';
import type { ScimStanding } from '../../src/activation/activation-read-model.ts';
import { decideEntry } from '../../src/activation/may-enter.ts';
import { DAY_MS, type Instant, plusMs } from '../../src/kernel/index.ts';

const switchedAt = '2026-03-03T09:00:00.000Z' as Instant;

describe('who may enter', () => {
  it.each<{ name: string; switchState: 'off' | 'on'; scim: ScimStanding; afterMs: number; expected: 'yes' | 'no' }>([
    { name: 'an administrator while the switch is off', switchState: 'off', scim: null, afterMs: 90 * DAY_MS, expected: 'yes' },
    { name: 'somebody deactivated by SCIM while the switch is off', switchState: 'off', scim: 'inactive', afterMs: 0, expected: 'yes' },
    { name: 'an active SCIM user', switchState: 'on', scim: 'active', afterMs: 90 * DAY_MS, expected: 'yes' },
    { name: 'somebody deactivated by SCIM, also within the grace period', switchState: 'on', scim: 'inactive', afterMs: 0, expected: 'no' },
    { name: 'somebody deleted by SCIM, also within the grace period', switchState: 'on', scim: 'deleted', afterMs: 0, expected: 'no' },
    {
      name: 'somebody never provisioned, to the end of the grace period',
      switchState: 'on',
      scim: null,
      afterMs: 7 * DAY_MS - 1,
      expected: 'yes',
    },
    { name: 'somebody never provisioned, after the grace period', switchState: 'on', scim: null, afterMs: 7 * DAY_MS, expected: 'no' },
  ])('$name: $expected', ({ switchState, scim, afterMs, expected }) => {
    expect(decideEntry({ switchState, switchedAt, scim, at: plusMs(switchedAt, afterMs) }).kind).toBe(expected);
  });
});

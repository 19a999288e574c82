import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { type DirectorySighting, withAuditedUse } from '../../src/verdict/index.ts';

const at = (time: string) => `2026-03-${time.replace(' ', 'T')}:00.000Z` as Instant;

function seen(state: DirectorySighting['state'], from: string, to: string | null): DirectorySighting {
  return { state, from: at(from), seenFrom: at(from), to: to === null ? null : at(to), isExact: false };
}

const enabled = seen('enabled', '01 00:00', '06 00:00');
const disabled = seen('disabled', '07 00:00', null);
const on = (time: string) => ({ at: at(time), isUse: true });
const off = (time: string) => ({ at: at(time), isUse: false });

/** A line for each part: `state from seenFrom..to`, what is exact with `!`, what the log told with the entry's instant. */
function told(sightings: readonly DirectorySighting[], entries: readonly ReturnType<typeof on>[]): readonly string[] {
  const said = (instant: Instant | null) => (instant === null ? 'on' : instant.slice(8, 16).replace('T', ' '));
  return withAuditedUse(sightings, entries).map(({ sighting: { from, isExact, seenFrom, state, to }, by }) => {
    const first = from === seenFrom ? said(from) : `${said(seenFrom)}/${said(from)}`;
    return `${state}${isExact ? '!' : ''} ${first} to ${said(to)}${by === null ? '' : `, told ${said(by.at)}`}`;
  });
}

describe('the use between two looks that the audit log tells of', () => {
  it.each<{ readonly name: string; readonly entries: readonly ReturnType<typeof on>[]; readonly parts: readonly string[] }>([
    { name: 'is none without entries', entries: [], parts: ['disabled 07 00:00 to on'] },
    {
      name: 'lies between an entry that enabled the account and the next that disabled it',
      entries: [on('08 09:00'), off('08 11:00')],
      parts: ['disabled 07 00:00 to 08 09:00', 'enabled! 08 09:00 to 08 11:00, told 08 09:00', 'disabled! 08 11:00 to on, told 08 11:00'],
    },
    {
      name: 'begins with the first of several entries that enabled it, and ends with the first that disabled it',
      entries: [on('08 09:00'), on('08 10:00'), off('08 11:00'), off('08 12:00')],
      parts: ['disabled 07 00:00 to 08 09:00', 'enabled! 08 09:00 to 08 11:00, told 08 09:00', 'disabled! 08 11:00 to on, told 08 11:00'],
    },
    {
      name: 'may be there twice',
      entries: [on('08 09:00'), off('08 11:00'), on('09 09:00'), off('09 11:00')],
      parts: [
        'disabled 07 00:00 to 08 09:00',
        'enabled! 08 09:00 to 08 11:00, told 08 09:00',
        'disabled! 08 11:00 to 09 09:00, told 08 11:00',
        'enabled! 09 09:00 to 09 11:00, told 09 09:00',
        'disabled! 09 11:00 to on, told 09 11:00',
      ],
    },
    { name: 'is none where nothing ended it', entries: [off('08 08:00'), on('08 09:00')], parts: ['disabled 07 00:00 to on'] },
    {
      name: 'is none that began as close to the look as clocks and replicas may differ',
      entries: [on('07 00:05'), off('07 00:06')],
      parts: ['disabled 07 00:00 to on'],
    },
    {
      name: 'is some that began a minute after that',
      entries: [on('07 00:06'), off('07 00:07')],
      parts: ['disabled 07 00:00 to 07 00:06', 'enabled! 07 00:06 to 07 00:07, told 07 00:06', 'disabled! 07 00:07 to on, told 07 00:07'],
    },
  ])('$name', ({ entries, parts }) => {
    expect(told([disabled], entries)).toEqual(parts);
  });

  const entries = [on('08 09:00'), off('08 11:00')];

  it.each<{ readonly name: string; readonly sightings: readonly DirectorySighting[]; readonly parts: readonly string[] }>([
    { name: 'nothing to what was seen enabled', sightings: [enabled], parts: ['enabled 01 00:00 to 06 00:00'] },
    {
      name: 'nothing to an absence that nothing explains',
      sightings: [seen('vanished', '07 00:00', null)],
      parts: ['vanished 07 00:00 to on'],
    },
    {
      name: 'nothing to a state that was over by then',
      sightings: [seen('disabled', '07 00:00', '08 08:00'), seen('enabled', '08 09:00', null)],
      parts: ['disabled 07 00:00 to 08 08:00', 'enabled 08 09:00 to on'],
    },
    {
      name: 'nothing where the next state was seen before the end of it',
      sightings: [seen('disabled', '07 00:00', '08 08:00'), seen('enabled', '08 11:00', null)],
      parts: ['disabled 07 00:00 to 08 08:00', 'enabled 08 11:00 to on'],
    },
    {
      name: 'no later end to a state than was seen of it',
      sightings: [seen('soft_deleted', '07 00:00', '08 08:00'), seen('enabled', '09 00:00', null)],
      parts: [
        'soft_deleted 07 00:00 to 08 08:00',
        'enabled! 08 09:00 to 08 11:00, told 08 09:00',
        'soft_deleted! 08 11:00 to 08 08:00, told 08 11:00',
        'enabled 09 00:00 to on',
      ],
    },
    {
      name: 'its use within a state that went on to be seen',
      sightings: [seen('hard_deleted', '07 00:00', '09 08:00')],
      parts: [
        'hard_deleted 07 00:00 to 08 09:00',
        'enabled! 08 09:00 to 08 11:00, told 08 09:00',
        'hard_deleted! 08 11:00 to 09 08:00, told 08 11:00',
      ],
    },
  ])('adds $name', ({ sightings, parts }) => {
    expect(told(sightings, entries)).toEqual(parts);
  });
});

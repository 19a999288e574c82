import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { type AuditedTurn, type DirectorySighting, withAuditedUse } from '../../src/verdict/index.ts';

const at = (time: string) => `2026-03-${time.replace(' ', 'T')}:00.000Z` as Instant;

function seen(state: DirectorySighting['state'], from: string, to: string | null): DirectorySighting {
  return { state, from: at(from), seenFrom: at(from), to: to === null ? null : at(to), isExact: false };
}

const enabled = seen('enabled', '01 00:00', '06 00:00');
const disabled = seen('disabled', '07 00:00', null);
const off = (time: string): AuditedTurn => ({ at: at(time), ledTo: 'off', shownNext: null });
/** The first look after it began at `seenFrom` and ended at `from`. */
const turned =
  (ledTo: 'use' | 'restored') =>
  (time: string, seenFrom?: string, from = seenFrom): AuditedTurn => ({
    at: at(time),
    ledTo,
    shownNext: seenFrom === undefined || from === undefined ? null : { seenFrom: at(seenFrom), from: at(from) },
  });
const [on, restored] = [turned('use'), turned('restored')];

/** A line for each part: `state seenFrom/from to to`, what is exact with `!`, what the log told, or a look showed after it told, with the entry's instant; of what may be back `on` where it was enabled. */
function told(sightings: readonly DirectorySighting[], entries: readonly AuditedTurn[]): readonly string[] {
  const said = (instant: Instant | null) => (instant === null ? 'on' : instant.slice(8, 16).replace('T', ' '));
  return withAuditedUse(sightings, entries).map(
    ({ sighting: { from, isExact, isToldEnabled = false, seenFrom, state, to }, by, isShownAgain }) => {
      const first = from === seenFrom ? said(from) : `${said(seenFrom)}/${said(from)}`;
      return `${state}${isToldEnabled ? ' on' : ''}${isExact ? '!' : ''} ${first} to ${said(to)}${by === null ? '' : `, ${isShownAgain ? 'shown after' : 'told'} ${said(by.at)}`}`;
    },
  );
}

describe('the use between two looks that the audit log tells of', () => {
  it.each<{ readonly name: string; readonly entries: readonly AuditedTurn[]; readonly parts: readonly string[] }>([
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
    {
      name: 'may be going on where nothing ended it',
      entries: [off('08 08:00'), on('08 09:00')],
      parts: ['disabled 07 00:00 to on', 'restored on! 08 09:00 to on, told 08 09:00'],
    },
    {
      name: 'may have gone on until a look showed the account off, where nothing ended it before',
      entries: [on('08 09:00', '08 12:00', '08 12:05'), off('08 13:00')],
      parts: [
        'disabled 07 00:00 to on',
        'restored on! 08 09:00 to 08 12:05, told 08 09:00',
        'disabled 08 12:00/08 12:05 to on, shown after 08 09:00',
      ],
    },
    {
      name: 'ended before a look that showed the account off, where the log says so',
      entries: [on('08 09:00', '08 12:00'), off('08 11:00')],
      parts: ['disabled 07 00:00 to 08 09:00', 'enabled! 08 09:00 to 08 11:00, told 08 09:00', 'disabled! 08 11:00 to on, told 08 11:00'],
    },
    {
      name: 'is the same in whatever order the entries come',
      entries: [off('08 11:00'), on('08 09:00')],
      parts: ['disabled 07 00:00 to 08 09:00', 'enabled! 08 09:00 to 08 11:00, told 08 09:00', 'disabled! 08 11:00 to on, told 08 11:00'],
    },
    {
      name: 'begins after an end of the same instant',
      entries: [on('08 09:00'), off('08 09:00'), off('08 11:00')],
      parts: ['disabled 07 00:00 to 08 09:00', 'enabled! 08 09:00 to 08 11:00, told 08 09:00', 'disabled! 08 11:00 to on, told 08 11:00'],
    },
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

describe('an account that the audit log says was restored between two looks that show it off', () => {
  const deleted = seen('soft_deleted', '07 00:00', '09 08:00');

  it.each<{ readonly name: string; readonly entries: readonly AuditedTurn[]; readonly parts: readonly string[] }>([
    {
      name: 'may have been usable until it was deleted again',
      entries: [restored('08 09:00'), off('08 11:00')],
      parts: [
        'soft_deleted 07 00:00 to 09 08:00',
        'restored! 08 09:00 to 08 11:00, told 08 09:00',
        'soft_deleted! 08 11:00 to 09 08:00, told 08 11:00',
      ],
    },
    {
      name: 'may have been until a complete look showed it off again',
      entries: [restored('08 09:00', '08 12:00', '08 12:05')],
      parts: [
        'soft_deleted 07 00:00 to 09 08:00',
        'restored! 08 09:00 to 08 12:05, told 08 09:00',
        'soft_deleted 08 12:00/08 12:05 to 09 08:00, shown after 08 09:00',
      ],
    },
    {
      name: 'may have been until it was deleted again, where that was before the look',
      entries: [restored('08 09:00', '08 12:00'), off('08 11:00'), off('08 13:00')],
      parts: [
        'soft_deleted 07 00:00 to 09 08:00',
        'restored! 08 09:00 to 08 11:00, told 08 09:00',
        'soft_deleted! 08 11:00 to 09 08:00, told 08 11:00',
      ],
    },
    {
      name: 'may have been until the next state was seen, where no look showed this one again',
      entries: [restored('09 09:00', '09 12:00')],
      parts: ['soft_deleted 07 00:00 to 09 08:00', 'restored! 09 09:00 to on, told 09 09:00'],
    },
    {
      name: 'may have been since then, where nothing was seen of it',
      entries: [restored('08 09:00')],
      parts: ['soft_deleted 07 00:00 to 09 08:00', 'restored! 08 09:00 to on, told 08 09:00'],
    },
    {
      name: 'may have been since the first of two times, until a look after the second',
      entries: [restored('08 09:00', '08 12:00'), restored('08 10:00', '08 12:00')],
      parts: [
        'soft_deleted 07 00:00 to 09 08:00',
        'restored! 08 09:00 to 08 12:00, told 08 09:00',
        'soft_deleted 08 12:00 to 09 08:00, shown after 08 10:00',
      ],
    },
    {
      name: 'may have been twice, where a look lies in between',
      entries: [restored('08 09:00', '08 10:00'), restored('08 11:00', '08 12:00')],
      parts: [
        'soft_deleted 07 00:00 to 09 08:00',
        'restored! 08 09:00 to 08 10:00, told 08 09:00',
        'soft_deleted 08 10:00 to 09 08:00, shown after 08 09:00',
        'restored! 08 11:00 to 08 12:00, told 08 11:00',
        'soft_deleted 08 12:00 to 09 08:00, shown after 08 11:00',
      ],
    },
    {
      name: 'was usable from when it was enabled, and may have been before that',
      entries: [restored('08 09:00', '08 12:00'), on('08 10:00'), off('08 11:00')],
      parts: [
        'soft_deleted 07 00:00 to 08 10:00',
        'restored! 08 09:00 to 08 10:00, told 08 09:00',
        'enabled! 08 10:00 to 08 11:00, told 08 10:00',
        'soft_deleted! 08 11:00 to 09 08:00, told 08 11:00',
      ],
    },
    {
      name: 'may have been as long, where nothing ended that it was enabled, and the look showed it off',
      entries: [restored('08 09:00', '08 12:00'), on('08 10:00', '08 12:00')],
      parts: [
        'soft_deleted 07 00:00 to 09 08:00',
        'restored! 08 09:00 to 08 12:00, told 08 09:00',
        'soft_deleted 08 12:00 to 09 08:00, shown after 08 10:00',
      ],
    },
    {
      name: 'was usable anyway, where it was enabled before',
      entries: [on('08 08:00'), restored('08 09:00', '08 12:00'), off('08 11:00')],
      parts: [
        'soft_deleted 07 00:00 to 08 08:00',
        'enabled! 08 08:00 to 08 11:00, told 08 08:00',
        'soft_deleted! 08 11:00 to 09 08:00, told 08 11:00',
      ],
    },
    {
      name: 'was deleted before that in the same instant',
      entries: [restored('08 09:00', '08 12:00'), off('08 09:00')],
      parts: [
        'soft_deleted 07 00:00 to 09 08:00',
        'restored! 08 09:00 to 08 12:00, told 08 09:00',
        'soft_deleted 08 12:00 to 09 08:00, shown after 08 09:00',
      ],
    },
    {
      name: 'was not, as close to the look that showed it off as clocks and replicas may differ',
      entries: [restored('07 00:05', '07 01:00')],
      parts: ['soft_deleted 07 00:00 to 09 08:00'],
    },
  ])('$name', ({ entries, parts }) => {
    expect(told([deleted], entries)).toEqual(parts);
  });

  const vanished = seen('vanished', '09 10:00', '10 08:00');

  it('may have been usable while it had vanished, until something is seen of it', () => {
    const sightings = [deleted, vanished, seen('disabled', '10 09:00', null)];
    expect(told(sightings, [restored('09 12:00', '09 13:00')])).toEqual([
      'soft_deleted 07 00:00 to 09 08:00',
      'restored! 09 12:00 to on, told 09 12:00',
      'vanished 09 10:00 to 10 08:00',
      'disabled 10 09:00 to on',
    ]);
    expect(told(sightings, [restored('10 09:00', '10 10:00')])).toEqual([
      'soft_deleted 07 00:00 to 09 08:00',
      'vanished 09 10:00 to 10 08:00',
      'disabled 10 09:00 to on',
    ]);
  });

  it('may have been enabled while it had vanished, unless it was seen enabled next', () => {
    const then = (state: DirectorySighting['state']) => [deleted, vanished, seen(state, '10 09:00', null)];
    const others = ['soft_deleted 07 00:00 to 09 08:00', 'vanished 09 10:00 to 10 08:00'];
    expect(told(then('disabled'), [on('09 12:00')])).toEqual([
      others[0],
      'restored on! 09 12:00 to on, told 09 12:00',
      others[1],
      'disabled 10 09:00 to on',
    ]);
    expect(told(then('enabled'), [on('09 12:00')])).toEqual([...others, 'enabled 10 09:00 to on']);
  });

  it('alters nothing of what was seen enabled', () => {
    expect(told([enabled], [restored('02 00:00', '03 00:00')])).toEqual(['enabled 01 00:00 to 06 00:00']);
  });
});

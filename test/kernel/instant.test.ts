import { describe, expect, it } from '@jest/globals';
import { instantOf, isUuid, newId, parseId, parseInstant } from '../../src/kernel/index.ts';

describe('instants', () => {
  it.each([
    { text: '2026-02-10T17:00:00Z', instant: '2026-02-10T17:00:00.000Z' },
    { text: '2026-02-10T18:00:00.1234+01:00', instant: '2026-02-10T17:00:00.123Z' },
    { text: '2026-02-10 17:00:00+00', instant: '2026-02-10T17:00:00.000Z' },
    { text: '2026-02-10', instant: undefined },
    { text: '2026-02-10T17:00:00', instant: undefined },
    { text: '2028-02-29T00:00:00Z', instant: '2028-02-29T00:00:00.000Z' },
    { text: '2026-02-29T00:00:00Z', instant: undefined },
    { text: '2026-04-31T12:00:00+02:00', instant: undefined },
    { text: '2026-02-10T24:00:00Z', instant: undefined },
    { text: '2026-02-10T23:60:00Z', instant: undefined },
    { text: '2026-02-10T23:59:60Z', instant: undefined },
    { text: '2026-00-10T17:00:00Z', instant: undefined },
    { text: '2026-04-31T12:00:00Z', instant: undefined },
    { text: '2026-02-32T12:00:00Z', instant: undefined },
    { text: '2026-02-10t17:00:00z', instant: '2026-02-10T17:00:00.000Z' },
    { text: '2026-02-00T17:00:00Z', instant: undefined },
    { text: '2026-13-10T17:00:00Z', instant: undefined },
    { text: 'yesterday', instant: undefined },
    { text: '9999-12-31T23:59:59-23:59', instant: undefined },
    { text: '0000-01-01T00:00:00+01:00', instant: undefined },
  ])('reads $text as $instant', ({ text, instant }) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it('refuses a year that would not sort as text', () => {
    expect(() => instantOf(Date.UTC(10_000, 0, 1))).toThrow(RangeError);
  });
});

describe('ids', () => {
  const at = instantOf(Date.UTC(2026, 1, 10));

  it('are UUIDv7: version, variant, and in order of time', () => {
    const ids = [0, 1, 2].map((ms) => newId(instantOf(Date.UTC(2026, 1, 10) + ms)));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
  });

  it('do not repeat', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newId(at))).size).toBe(10_000);
  });

  it('of one instant go up, so that what is written together lies together', () => {
    const ids = Array.from({ length: 10_000 }, () => newId(at));
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true);
  });

  it('of one instant go up by steps that nobody can guess', () => {
    const tails = Array.from({ length: 1_000 }, () => Number.parseInt(newId(at).slice(-12), 16));
    const steps = tails.slice(1).map((tail, index) => (tail - (tails[index] ?? 0) + 2 ** 48) % 2 ** 48);
    expect(new Set(steps).size).toBe(steps.length);
    // Were one of the 48 bits never used, a thousand steps would not have it.
    const bits = Array.from({ length: 48 }, (_, bit) => steps.some((step) => Math.floor(step / 2 ** bit) % 2 === 1));
    expect(bits.every(Boolean)).toBe(true);
  });

  it('of an instant begin anew whenever another was in between', () => {
    const other = instantOf(Date.UTC(2026, 1, 10) + 1);
    const tails = Array.from({ length: 1_000 }, () => [newId(at), newId(other)] as const).map(([id]) => id.slice(14));
    expect([...tails].sort()).not.toEqual(tails);
    expect(new Set(tails).size).toBe(tails.length);
  });

  it.each([
    { text: '0198C0DE-7B1A-7C3D-9ABC-0123456789AB', id: '0198c0de-7b1a-7c3d-9abc-0123456789ab' },
    { text: 'me', id: undefined },
    { text: "0198c0de-7b1a-7c3d-9abc-0123456789ab'", id: undefined },
  ])('read $text from outside as $id', ({ text, id }) => {
    expect(parseId(text)).toBe(id);
    expect(isUuid(text)).toBe(id !== undefined);
  });
});

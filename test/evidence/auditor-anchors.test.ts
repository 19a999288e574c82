import { describe, expect, it } from '@jest/globals';
import { anchorList } from '../../src/evidence/auditor-anchors.ts';
import { type Instant, newId } from '../../src/kernel/index.ts';
import type { Anchor, AnchorSchedule } from '../../src/ledger/index.ts';
import { asOf } from './sample-population.ts';

const later = '2026-03-04T10:00:00.000Z' as Instant;
const recordId = newId<'ledger-record'>(asOf);

const anchorOf = (more: Partial<Anchor>): Anchor => ({
  id: newId(asOf),
  kind: 'file',
  size: 44,
  place: '/var/lib/somewhere',
  anchoredAt: asOf,
  attestedAt: null,
  signature: null,
  objectKey: null,
  versionId: null,
  retainUntil: null,
  recordId,
  ...more,
});

const awaiting = (more: Partial<AnchorSchedule>): AnchorSchedule => ({
  kind: 'webhook',
  place: '',
  since: asOf,
  nextAt: later,
  lastTriedAt: null,
  lastSucceededAt: null,
  lastSize: null,
  lastProblem: null,
  ...more,
});

function wordsOf(made: readonly Anchor[], awaited: readonly AnchorSchedule[] = [], isCut = false): string {
  return anchorList('/here', { made, awaited, isCut })
    .html.replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

describe('the anchors on the page of a link', () => {
  it.each([
    {
      anchor: anchorOf({ kind: 'rfc3161', place: 'https://tsa.example', attestedAt: later, signature: 'verified' }),
      says: 'a time stamp by an authority (RFC 3161) https://tsa.example, 2026-03-04 10:00:00 UTC by theirs, over 44 records: its signature was verified here; verify it yourself',
    },
    {
      anchor: anchorOf({ kind: 'rfc3161', place: 'https://tsa.example', attestedAt: later, signature: 'unchecked' }),
      says: 'its signature was not checked here',
    },
    {
      anchor: anchorOf({}),
      says: 'a checkpoint kept in a directory outside, 2026-03-03 09:00:00 UTC by our clock, over 44 records: nobody signs it; compare it with what lies there',
    },
    { anchor: anchorOf({ kind: 'webhook' }), says: 'a checkpoint that the auditor’s server took, 2026-03-03 09:00:00 UTC by our clock' },
    {
      anchor: anchorOf({ kind: 'witness', place: 'witness.example+0a0b0c0d+AbCd', attestedAt: later, signature: 'verified' }),
      says: 'a checkpoint that a witness cosigned witness.example, 2026-03-04 10:00:00 UTC by theirs',
    },
    {
      anchor: anchorOf({ kind: 'bucket', objectKey: 'log/44', versionId: 'v7', retainUntil: later }),
      says: 'over 44 records: log/44 in version v7, locked until 2026-03-04 10:00:00 UTC',
    },
    {
      anchor: anchorOf({ kind: 'meta' }),
      says: 'which others sign, 2026-03-03 09:00:00 UTC by our clock, over 44 records: it proves something once somebody outside has signed the meta-log',
    },
  ])('say of one what it is, when it was made and how it stands: $says', ({ anchor, says }) => {
    expect(wordsOf([anchor])).toContain(says);
    expect(wordsOf([anchor])).not.toContain('/var/lib');
    expect(anchorList('/here', { made: [anchor], awaited: [], isCut: false }).html).toContain(`<a href="/here/anchors/${anchor.id}">`);
  });

  it('are all listed, in the order in which they were made', () => {
    const made = [anchorOf({}), anchorOf({ kind: 'meta' }), anchorOf({ kind: 'file' })];
    const { html } = anchorList('/here', { made, awaited: [], isCut: false });
    expect([...html.matchAll(/anchors\/([\w-]+)"/g)].map(([, id]) => id)).toEqual(made.map(({ id }) => id));
  });

  it.each([
    {
      schedule: awaiting({}),
      says: 'None yet since the seal: a checkpoint that the auditor’s server took, to be tried 2026-03-04 10:00:00 UTC',
    },
    {
      schedule: awaiting({ kind: 'file', place: '/var/lib/somewhere', lastTriedAt: asOf, lastProblem: 'EACCES /var/lib/somewhere' }),
      says: 'a checkpoint kept in a directory outside, last tried 2026-03-03 09:00:00 UTC, which failed, to be tried 2026-03-04 10:00:00 UTC',
    },
  ])('say from where one is awaited, and not what the operator alone is to know: $says', ({ schedule, says }) => {
    expect(wordsOf([anchorOf({})], [schedule])).toContain(says);
    expect(wordsOf([], [schedule])).toContain('No anchor yet');
    expect(wordsOf([], [schedule])).not.toMatch(/var\/lib|EACCES/);
  });

  it('say where there are more than are listed', () => {
    expect(wordsOf([anchorOf({})], [], true)).toContain('These are the first 1 since the seal; there are later ones');
    expect(wordsOf([anchorOf({})])).not.toContain('later ones');
  });
});

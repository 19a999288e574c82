import type { Anchor } from './anchor-store.ts';

/** What the anchors of a ledger leave open, in sentences for whoever relies on it. Never empty: the time since the last anchor always is. */
export function leftOpen(anchors: readonly Pick<Anchor, 'kind' | 'size' | 'signature'>[]): readonly string[] {
  const kinds = new Set(anchors.map(({ kind }) => kind));
  if (kinds.size === 0) {
    return [
      'Nobody outside has time-stamped, countersigned or kept a checkpoint. Whoever holds both the database and the signing key could write another ledger, until a checkpoint has been handed out: keep those that you were given, and compare.',
    ];
  }
  const anchored = Math.max(...anchors.map(({ size }) => size));
  return [
    `Records after the last anchored checkpoint (over ${anchored} records) could still be rewritten by whoever holds both the database and the signing key.`,
    ...(kinds.has('rfc3161') || kinds.has('witness')
      ? []
      : ['No time-stamping authority has signed a checkpoint: nothing outside confirms when a record was written.']),
    ...(kinds.has('witness')
      ? []
      : [
          'No witness has cosigned a checkpoint: whether everybody is shown the same ledger, only those learn who compare the checkpoints that they were given.',
        ]),
    ...(anchors.some(({ signature }) => signature === 'unchecked')
      ? [
          'Nobody has verified here that the time stamps are signed by the authority: give its root certificate to "rollcall verify --tsa-ca", or to "openssl ts -verify".',
        ]
      : []),
    ...(kinds.has('rfc3161') || kinds.has('webhook') || kinds.has('witness') ? [] : [kinds.has('bucket') ? IN_A_BUCKET : IN_A_DIRECTORY]),
  ];
}

const IN_A_DIRECTORY =
  'The checkpoints that are kept outside lie in a directory of the operator’s: whoever reaches that, the database and the signing key could rewrite all three.';
/** What providers say of mode COMPLIANCE: nothing undoes it but the end of the account. */
const IN_A_BUCKET =
  'The checkpoints that are kept outside lie in a bucket of the operator’s under object lock: nobody deletes or overwrites them before their time, by the word of the bucket’s provider; closing the account ends them.';

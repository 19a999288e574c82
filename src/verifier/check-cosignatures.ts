import { type Instant, instantOf } from '../kernel/index.ts';
import { type Cosigner, parseCosigner, parseNote, parseVkey, verifyCosignature, type ParsedNote } from '../tlog/index.ts';
import { type Problem, problem } from './problem.ts';
import { type BroughtAnchor, signedOutside } from './read-anchors.ts';
import type { BundledLog } from './read-log.ts';

/** What a witness says by a cosignature: that the ledger, up to this size, is the continuation of all that it had cosigned of it before. */
export interface Cosigning {
  /** The witness, by name. */
  readonly by: string;
  readonly size: number;
  /** By the witness's clock. */
  readonly at: Instant;
  /** Whether the seal of the report is among the records. */
  readonly coversSeal: boolean;
  /** The origin of the meta-log that was cosigned, and holds the checkpoint; left out where the checkpoint itself was. */
  readonly through?: string;
}

export interface CheckedCosignatures {
  readonly problems: readonly Problem[];
  /** By the witnesses that the reader named, in the order of size. */
  readonly cosigned: readonly Cosigning[];
  /** Heads with signatures of others than the ledger, where the reader named no witness: whose they are was not looked at. */
  readonly unchecked: number;
}

/**
 * The cosignatures (C2SP tlog-cosignature) of the witnesses that the reader named, over checkpoints that were found to be of this ledger. Each witness must
 * have cosigned one: who shows an auditor another ledger than the witness has nothing of it to bring along. Signatures of others are ignored.
 */
export function checkCosignatures(log: BundledLog, placed: readonly BroughtAnchor[], vkeys: readonly string[]): CheckedCosignatures {
  const notes = placed.flatMap((anchor) => {
    const note = parseNote(signedOutside(anchor).toString('utf8'));
    return note === undefined ? [] : [{ anchor, note }];
  });
  if (vkeys.length === 0) return { problems: [], cosigned: [], unchecked: notes.filter(({ note }) => hasOthers(note)).length };
  const problems: Problem[] = [];
  const cosigned: Cosigning[] = [];
  for (const vkey of vkeys) {
    const witness = parseCosigner(vkey);
    const found = witness === undefined ? strangeKey(vkey) : cosignedBy(log, notes, witness);
    problems.push(...found.problems);
    cosigned.push(...found.cosigned);
  }
  return { problems, cosigned: cosigned.toSorted((a, b) => a.size - b.size), unchecked: 0 };
}

type FoundCosignatures = Pick<CheckedCosignatures, 'problems' | 'cosigned'>;

function strangeKey(vkey: string): FoundCosignatures {
  const shown = JSON.stringify(vkey.slice(0, 200));
  const what = parseVkey(vkey) === undefined ? `${shown} is no key of a witness` : `${shown} is the key of a log, not of a witness`;
  return { problems: [problem('malformed', what)], cosigned: [] };
}

function cosignedBy(
  { head }: BundledLog,
  notes: readonly { readonly anchor: BroughtAnchor; readonly note: ParsedNote }[],
  witness: Cosigner,
): FoundCosignatures {
  const verdicts = notes.map(({ anchor, note }) => ({ anchor, verdict: verifyCosignature(note, witness) }));
  const problems = verdicts.flatMap(({ anchor: { meta, name }, verdict }) =>
    verdict.kind === 'bad'
      ? [
          problem(
            'cosignature',
            `${name}.${meta === undefined ? 'checkpoint' : 'meta'} was changed: the cosignature of ${witness.name} does not fit it`,
          ),
        ]
      : [],
  );
  const cosigned = verdicts.flatMap(({ anchor, verdict }) =>
    verdict.kind === 'cosigned'
      ? [
          {
            by: witness.name,
            size: anchor.head.size,
            at: instantOf(verdict.atMs),
            coversSeal: anchor.head.size >= head.size,
            ...(anchor.meta && { through: anchor.meta.head.origin }),
          },
        ]
      : [],
  );
  const none = problem('cosignature', `${witness.name} has cosigned no checkpoint of this ledger that came along`);
  return { problems: problems.length + cosigned.length > 0 ? problems : [none], cosigned };
}

/** Whether somebody else than the log of that name has signed. */
function hasOthers({ signatures, text }: ParsedNote): boolean {
  const origin = text.slice(0, text.indexOf('\n'));
  return signatures.some(({ name }) => name !== origin);
}

import type { ReportDocument } from './report-document.ts';
import { reportLimits } from './report-limits.ts';
import { summarize } from './report-summary.ts';

/** Columns that a plain editor shows without breaking a line by itself. */
const MAX_LINE = 118;

/** How many anchors are in a bundle. */
interface AnchorCounts {
  readonly stamps: number;
  readonly cosigned: number;
  readonly collected: number;
}

/** `README.txt`: what is in the bundle, how to check it with and without our help, and what it cannot say. */
export function readmeText(report: ReportDocument, anchors: AnchorCounts): string {
  return `DEPROVISIONING EVIDENCE: ${titleOf(report)}, as of ${report.asOf}

${conclusionText(report)}
${wrapped(summarize(report))}

Workspace  ${report.workspace.name} (${report.workspace.id})
Period     ${report.periodStart} to ${report.periodEnd}, the end not included
Times      UTC, as the final Z says

WHAT IS HERE
  report.html            the report, for reading and printing: begin here
  report.pdf             the same on sheets of A4
  population.csv         every leaver of the period, passes included, one line per account: draw your sample from it
  findings.csv           every finding, the worst first
  exceptions.csv         what was excepted or excluded, by whom and until when, beside its verdict, which stays
  coverage.csv           when each source was looked at, and when nobody was looking
  report.json            the same as the above, with everything that each verdict was decided from
  report.schema.json     what report.json is held to, as JSON Schema
  oscal/assessment-results.json  the result as OSCAL Assessment Results 1.1.3, people as pseudonyms
  manifest.json          the SHA-256 of each of the files above, of this one and of the two verifiers
  verify.mjs             a program that checks all this; it needs Node.js 20.15 or later, nothing else, and no network
  verify.sh              what sh, sha256sum and openssl can check of it: sh verify.sh KEY
${anchors.stamps === 0 ? '' : stampLines}${anchors.cosigned === 0 ? '' : cosignedLines}${anchors.collected === 0 ? '' : collectedLines}  log/checkpoint         the signed head of the ledger (C2SP tlog-checkpoint)
  log/vkeys.txt          the keys that signed it
  log/leaf_hashes.bin    the hash of every record of the ledger, 32 bytes each
  log/records.jsonl      every record: its place in the ledger and its exact bytes in Base64
  log/disclosures.jsonl  personal data of which the records hold salted digests only
  log/seal.tlog-proof    the proof that the record which seals this report is in the ledger (C2SP tlog-proof)
  log/prev-checkpoint    where a report was sealed before this one: the checkpoint in the bundle of that one, byte for byte
  log/consistency.txt    beside it: the proof that this ledger goes on from it (RFC 9162, section 2.1.4), a hash on each line

  The manifest covers every file outside log/. It cannot cover log/, which holds the record that seals the manifest:
  the checkpoint's signature and the tree under it cover that.

HOW TO CHECK IT
  node verify.mjs BUNDLE.zip --vkey KEY

  BUNDLE.zip is the file that this text came in, KEY the ledger's key as you were given it when the engagement began.
  It prints VERIFIED, INCOMPLETE where personal data is not shown and no record tells of its erasure, or what is wrong.
  VERIFIED is about the evidence: it is what was sealed, and the verdicts follow from it. It does not mean that the
  report passed.

  Where no Node.js is at hand, verify.html checks the same in a browser: one file that loads nothing and sends nothing. It is
  not in the bundle, since whoever changes a bundle could have the page say anything: take it from a release of Rollcall, or
  let rollcall verify --page write it. A server has it at /verify.html, as trustworthy as whoever runs the server.

  verify.mjs came with the bundle. If you do not trust that, take it from another source, or check by hand:
  1. Hash each file: it must be the hash in manifest.json.
  2. Check the signature of log/checkpoint: Ed25519 over the text up to the blank line, with the key you were given
     (the signature line holds, in Base64, 4 bytes of key id and then the signature).
  3. Hash each record of log/records.jsonl: SHA-256 over one zero byte and the record's bytes must be its 32 bytes in
     log/leaf_hashes.bin, and those must add up to the root in log/checkpoint (RFC 6962, section 2.1).
  4. Find the record of type report.sealed that log/seal.tlog-proof speaks of: it must hold the SHA-256 of manifest.json.
  5. Hash each line of log/disclosures.jsonl: its digest must stand in the record that it speaks of. Of each digest
     that has no line, the erasure must be in a record (ledger.erased, ledger.purged), or have come after the seal.
  6. Decide the verdicts of report.json again from the instants beside them (verify.mjs does it with the same table),
     or from the records that each finding cites: node verify.mjs BUNDLE.zip --recompute.
${timeText(anchors)}
LIMITS
${reportLimits(report)
  .map((limit) => `  ${wrapped(`- ${limit}`, '    ')}`)
  .join('\n')}
`;
}

const stampLines = `  anchors/*.checkpoint   earlier heads of the ledger, the exact bytes that a time-stamping authority signed (RFC 3161)
  anchors/*.tsr          what it answered: ledger.anchored records name both by their id
`;

const cosignedLines = `  anchors/*.checkpoint   without a .tsr beside it: an earlier head of the ledger that a witness cosigned (C2SP tlog-cosignature)
`;

const collectedLines = `  anchors/*.meta         the proof that the head of the ledger beside it is in the operator's meta-log, which holds heads of many
                         ledgers: a .tsr beside it is over the head of the meta-log, at the end of the proof (C2SP tlog-proof)
`;

/** How to learn when all this existed, by somebody else's clock, and whether others were shown the same. */
function timeText({ cosigned, stamps }: AnchorCounts): string {
  const here =
    stamps === 0
      ? 'No time stamp is in this bundle: when it was sealed, there was none of the period.'
      : `The bundle holds ${stamps} time stamp${stamps === 1 ? '' : 's'}, the last of each day. CA is the root certificate of the authority, as it publishes it:
    node verify.mjs BUNDLE.zip --vkey KEY --tsa-ca CA
  or, for one of them and without us (a certificate that has ended since needs -attime):
    openssl ts -verify -data anchors/ID.checkpoint -in anchors/ID.tsr -CAfile CA`;
  return `
WHEN IT EXISTED
  ${here}
  Stamps of the seal itself come later. Whoever gave you the bundle can give you one (GET /reports/{id}/anchors):
    node verify.mjs BUNDLE.zip --vkey KEY --anchor FILE.zip --tsa-ca CA
${cosigned === 0 ? '' : witnessText(cosigned)}`;
}

function witnessText(cosigned: number): string {
  return `
WHO ELSE WAS SHOWN IT
  A witness cosigns a head of the ledger only when it goes on from the one that it cosigned before, whoever asks. The bundle
  holds ${cosigned} head${cosigned === 1 ? '' : 's'} that witnesses cosigned. WITNESS is the key of one, as it gives it to you:
    node verify.mjs BUNDLE.zip --vkey KEY --witness WITNESS
  verify.sh checks their signatures, too: sh verify.sh KEY - WITNESS
`;
}

function titleOf({ kind, version }: ReportDocument): string {
  return kind === 'INTERIM' ? kind : `${kind}, version ${version}`;
}

function conclusionText({ kind, conclusion, concludedBecause }: ReportDocument): string {
  const text = `${conclusion}: ${concludedBecause}`;
  return kind === 'INTERIM' ? `Conclusion so far: ${text} An interim report never passes as a whole.` : `Conclusion: ${text}`;
}

/** A paragraph in lines of at most `MAX_LINE` characters, those after the first indented; a longer word stands alone. */
function wrapped(paragraph: string, indent = ''): string {
  const lines: string[] = [];
  for (const word of paragraph.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (last.length + 1 + word.length <= MAX_LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}${word}`);
  }
  return lines.join('\n');
}

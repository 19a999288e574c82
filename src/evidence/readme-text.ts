import type { ReportDocument } from './report-document.ts';
import { reportLimits } from './report-limits.ts';

/** `README.txt`: what is in the bundle, how to check it with and without our help, and what it cannot say. */
export function readmeText(report: ReportDocument): string {
  return `DEPROVISIONING EVIDENCE – INTERIM, as of ${report.asOf}

${report.workspace.name} (${report.workspace.id})
Period ${report.periodStart} to ${report.periodEnd}, the end not included.
Conclusion so far: ${report.conclusion}. An interim report never passes as a whole.

WHAT IS HERE
  report.html          the report, for reading and printing
  report.json          the same, with everything that each verdict was decided from
  population.csv       every leaver of the period, passes included, one line per account
  findings.csv         every finding, the worst first
  coverage.csv         when each source was looked at, and when nobody was looking
  manifest.json        the SHA-256 of each of the files above, of this one and of verify.mjs
  verify.mjs           a program that checks all this; it needs Node.js 20 or later, and nothing else
  log/checkpoint       the signed head of the log (C2SP tlog-checkpoint)
  log/vkeys.txt        the keys that signed it
  log/leaf_hashes.bin  the hash of every record of the log, 32 bytes each
  log/records.jsonl    every record: its place in the log and its exact bytes in Base64
  log/disclosures.jsonl  personal data of which the records hold salted digests
  log/seal.tlog-proof  the proof that the record which seals this report is in the log (C2SP tlog-proof)

HOW TO CHECK IT
  node verify.mjs <this ZIP> --vkey <the key you were given when the engagement began>

  verify.mjs came with the bundle. If you do not trust that, take it from another source, or check by hand:
  1. Hash each file: it must be the hash in manifest.json.
  2. Check the signature of log/checkpoint: Ed25519 over the text up to the blank line, with the key you were given
     (the signature line holds 4 bytes of key id, then the signature, in Base64).
  3. Hash each record of log/records.jsonl: SHA-256 over one zero byte and the record's bytes must be its 32 bytes in
     log/leaf_hashes.bin, and those must add up to the root in log/checkpoint (RFC 6962, section 2.1).
  4. Find the record of type report.sealed that log/seal.tlog-proof speaks of: it must hold the SHA-256 of manifest.json.
  5. Decide the verdicts of report.json again from the instants beside them (verify.mjs does it with the same table).

LIMITS
${reportLimits.map((limit) => `  - ${limit}`).join('\n')}
`;
}

import type { ReportDocument } from './report-document.ts';

/** What a reader must know before relying on a report; printed in every one. */
export function reportLimits({ kind, leavesOpen }: Pick<ReportDocument, 'kind' | 'leavesOpen'>): readonly string[] {
  return [kind === 'INTERIM' ? interimLimit : finalLimit, ...limits, ...leavesOpen];
}

const interimLimit =
  'This is an INTERIM report: it shows what was known at the instant given at its top. Verdicts that are pending may still turn into failures, and an interim report never passes as a whole.';

const finalLimit =
  'It shows what was known when it was frozen. What became known later is in no version but a later one, which names this one.';

const limits: readonly string[] = [
  'It covers the directories connected to this workspace and this product’s own accounts. Other applications, API keys, badges and devices are not tested.',
  'Who was employed, and until when, is HR’s word, taken as given: a wrong end date or a person whom HR left out makes a wrong verdict. Each roster file’s hash and its importer are in the ledger.',
  'Which account is whose is decided by rules, and by hand where somebody says so. What is said by hand after an employment has ended takes two people, is listed with both and their reason, and makes no failure a pass; whether they were right is for the reader to judge.',
  'The directory tells the present, not the past: a change is known to lie between two looks, never at an instant. coverage.csv lists the stretches in which nobody looked.',
  'MFA on Azure says what Conditional Access policies demanded as the last complete look showed them: not whether anybody used MFA, and nothing of security defaults, MFA set user by user, or other products.',
  'Of accounts that are synchronised from Active Directory the directory knows a change when it arrives there; when it was made in Active Directory is not read.',
  'A change that was made and undone between two looks leaves no trace.',
  'When somebody last signed in decides nothing and is not in this report: what Entra tells of it stands on no record of the ledger. Where the product shows it beside a finding, it is a convenience and proves nothing.',
  'The signed tree shows that records were not altered once they had been sealed, which happens about a second after they are written. It cannot show that everything that happened was recorded.',
];

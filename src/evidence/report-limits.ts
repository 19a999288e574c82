/** What a reader must know before relying on a report; printed in every one. */
export const reportLimits: readonly string[] = [
  'This is an INTERIM report: it shows what was known at the instant given above. Verdicts that are pending may still turn into failures, and an interim report never passes as a whole.',
  'It covers the directories connected to this workspace and this product’s own accounts. Other applications, API keys, badges and devices are not tested.',
  'Employment and end dates are HR’s word, taken as given; each roster file’s hash and its importer are in the ledger.',
  'The directory tells the present, not the past: a change is known to lie between two looks, never at an instant. coverage.csv lists the stretches in which nobody looked.',
  'A change that was made and undone between two looks leaves no trace.',
  'The signed log shows that records were not altered after they were sealed, within about a second of being written. It cannot show that everything that happened was recorded.',
  'Whoever holds both the database and the signing key could write another log: keep the checkpoints that you were given, and compare.',
];

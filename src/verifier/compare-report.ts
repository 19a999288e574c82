import type { LocalCalendar, RuleEdition } from '../verdict/index.ts';
import { FORMATS, isSince } from './check-conclusion.ts';
import { compareActors } from './compare-actors.ts';
import { compareAudited } from './compare-audited.ts';
import { compareBeside } from './compare-beside.ts';
import { compareDecisions } from './compare-decisions.ts';
import { compareFindings } from './compare-findings.ts';
import type { Comparison } from './compare-identities.ts';
import { compareLastLooks } from './compare-last-looks.ts';
import { compareLinks } from './compare-links.ts';
import { compareMembers, compareUsers } from './compare-members.ts';
import { compareOwners } from './compare-owners.ts';
import { compareReading } from './compare-reading.ts';
import { compareRequests } from './compare-requests.ts';
import { compareRoster } from './compare-roster.ts';
import { compareSettings } from './compare-settings.ts';
import { compareSources } from './compare-sources.ts';
import type { JsonObject } from './json-shape.ts';
import type { LedgerFacts } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { recomputeTestDoubts } from './recompute-test-doubts.ts';
import type { LedgerNotes } from './wanted-records.ts';

interface Ledger extends LedgerNotes {
  readonly records: readonly ProvenRecord[];
  readonly facts: LedgerFacts;
  readonly calendar: LocalCalendar;
  readonly edition: RuleEdition;
}

/** Holds what the report tells besides its verdicts, and that it leaves none out, against the records: as much as reports of its format tell. */
export function compareReport(document: JsonObject, ledger: Ledger): readonly Comparison[] {
  const { format } = document;
  const { records } = ledger;
  // Reports of the first format may tell less of their sources.
  if (format === FORMATS[0]) return [];
  return attempted('sources', () => [
    ...compareSources(document, records),
    ...(isSince(format, 4)
      ? [
          compareRoster(document, records),
          ...compareSettings(document, records),
          compareRequests(document, records),
          compareDecisions(document, records),
          compareActors(document, records),
        ]
      : []),
  ]).concat(isSince(format, 5) ? attempted('findings and tests', () => sinceFifth(document, ledger)) : []);
}

function sinceFifth(
  document: JsonObject,
  { calendar, edition, facts, findings, owners, records, states, users }: Ledger,
): readonly Comparison[] {
  return [
    compareFindings(document, findings),
    compareLinks(document, facts),
    compareReading(document, { facts, calendar }),
    compareBeside(document, { facts, calendar, edition }),
    compareMembers(document, { facts, owners, states, users }),
    compareOwners(document, records),
    compareUsers(document, users),
    compareLastLooks(document, records),
    compareAudited(document, records),
    {
      name: 'lists of what leaves a test in doubt, from the records of imports, connections and looks',
      outcomes: recomputeTestDoubts(document, { facts, records }),
    },
  ];
}

function attempted(what: string, compare: () => readonly Comparison[]): readonly Comparison[] {
  try {
    return compare();
  } catch (error) {
    return [{ name: what, outcomes: [[`they cannot be compared: ${error instanceof Error ? error.message : String(error)}`]] }];
  }
}

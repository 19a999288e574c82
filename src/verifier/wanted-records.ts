import type { WantedRecords } from './check-records.ts';
import { actorTypes } from './compare-actors.ts';
import { decisionTypes } from './compare-decisions.ts';
import { settingTypes } from './compare-settings.ts';
import { isObject, type JsonObject } from './json-shape.ts';
import type { ProvenRecord } from './proven-record.ts';
import { isTakenByHand } from './recompute-taken.ts';
import type { StateFiles } from './state-files.ts';

/** Types that what is checked beside the records reads, and of which a ledger has few. */
const fewTypes = /^(ledger|report|sample)\./;

/** Types that the recomputation reads of everybody: HR's, since whoever left is to be in the report, whom it cannot tell is in doubt, and what people are called is told there. */
const recomputedTypes =
  /^(hr\.(period|import)\..*|hr\.person\..*|policy\.set|workspace\.created|directory\.connection\.added|graph\.account\.coverage|graph\.sync\.(failed|completed)|scope\.authority\.changed)$/;

/**
 * Which records have to be remembered for a report: of a million, those that it cites, or that tell of its leavers. `states`: where verdicts are to be
 * derived again.
 */
export function wantedRecords(
  report: JsonObject | undefined,
  { seal, states }: { readonly seal: number | undefined; readonly states: StateFiles | undefined },
): WantedRecords {
  const recompute = states !== undefined;
  const units = listOf(report?.['findings']);
  const systems = units.flatMap((unit) => listOf(unit['systems']));
  const taken = listOf(report?.['takenAccounts']);
  const accounts = new Set(recompute ? systems.map(({ accountId }) => accountId) : []);
  const ids = new Set([...units, ...systems].flatMap(({ evidence }) => (Array.isArray(evidence) ? evidence.map(String) : [])));
  // What an earlier connection of the tenant saw of an account was told of another one, and is cited.
  const isOfAccount = ({ id, type, leaf }: ProvenRecord) =>
    accounts.has(isObject(leaf['subject']) ? leaf['subject']['id'] : undefined) || (type.startsWith('graph.account.') && ids.has(id));
  return {
    ids: new Set([...ids, ...taken.flatMap(({ recordIds }) => (Array.isArray(recordIds) ? recordIds.map(String) : []))]),
    keeps: (record) =>
      record.index === seal ||
      fewTypes.test(record.type) ||
      (recompute &&
        (recomputedTypes.test(record.type) ||
          decisionTypes.test(record.type) ||
          settingTypes.test(record.type) ||
          actorTypes.test(record.type) ||
          isTakenByHand(record) ||
          isOfAccount(record))),
    note: (record) => states?.note(record),
  };
}

/** What is not as it should be is said where it is read. */
function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

import { type CanonicalValue, canonicalJson } from '../kernel/index.ts';
import { sha256Hex } from './check-manifest.ts';
import { toldOtherwise } from './check-told.ts';
import type { ProvenRecord } from './proven-record.ts';
import { type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type Problem, problem } from './problem.ts';

/** Members of report.json that came after the freezing: who sealed it when, that it was frozen, what management said, and what the ledger held then. */
const afterFreezing = ['createdAt', 'createdBy', 'frozen', 'responses', 'leavesOpen', 'earlierSeals', 'setAside', 'actors', 'names'];

/**
 * A final report says what was frozen before anybody responded to it: its content hashes to what the record of the freezing holds, and each
 * response has a record of its own, which tells who gave it when and in which words.
 */
export function checkFrozen(report: JsonObject, records: ReadonlyMap<number, ProvenRecord>): readonly Problem[] {
  const byId = new Map([...records.values()].map((record) => [record.id, record]));
  return [...checkFreezing(report, byId), ...listAt(report['responses'], 'responses').flatMap((each) => checkResponse(each, byId))];
}

function checkFreezing(report: JsonObject, records: ReadonlyMap<string, ProvenRecord>): readonly Problem[] {
  const frozen = objectAt(report['frozen'], 'frozen');
  const id = textAt(frozen['recordId'], 'frozen.recordId');
  const record = records.get(id);
  if (record?.type !== 'report.frozen') return [problem('seal', `record ${id}, by which the report was frozen, is not proven`)];
  const content = Object.fromEntries(Object.entries(report).filter(([name]) => !afterFreezing.includes(name)));
  const sha256 = sha256Hex(Buffer.from(canonicalJson(content as CanonicalValue), 'utf8'));
  const { document } = objectAt(record.leaf['detail'], 'the detail of the freezing');
  return [
    ...(document === `sha256:${sha256}` && frozen['sha256'] === sha256
      ? []
      : [
          problem(
            'seal',
            `report.json does not say what was frozen: its content has another hash than record ${record.index} (report.frozen)`,
          ),
        ]),
    ...toldOtherwise(record, report),
  ];
}

function checkResponse(value: unknown, records: ReadonlyMap<string, ProvenRecord>): readonly Problem[] {
  const response = objectAt(value, 'a response');
  const [id, finding] = [textAt(response['recordId'], 'recordId'), textAt(response['findingId'], 'findingId')];
  const record = records.get(id);
  const told = record?.type === 'report.responded' ? toldBy(record) : undefined;
  const isTold =
    told !== undefined &&
    told.finding === finding &&
    told.by === response['respondedBy'] &&
    told.at === response['respondedAt'] &&
    (told.text === undefined || told.text === response['response']);
  return isTold ? [] : [problem('seal', `the response to finding ${finding} is not the one that record ${id} holds`)];
}

/** `text` is undefined where it is not shown, since it was erased: that is counted with the other values. */
function toldBy({ leaf, shown }: ProvenRecord) {
  const { finding } = objectAt(leaf['detail'], 'the detail of a response');
  return { finding, by: leaf['actor'], at: leaf['recorded_at'], text: shown?.get('response') };
}

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const ID = 'urn:rollcall:report:4';
const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });

/** In what a report does not fit the published schema; `content`: what is frozen, before anybody seals it. */
export function schemaProblems(report: unknown, part: 'report' | 'content' = 'report'): readonly string[] {
  // Read when it is needed: it may just have been written.
  if (ajv.getSchema(ID) === undefined) ajv.addSchema(JSON.parse(readFileSync('docs/report.schema.json', 'utf8')) as object);
  const validate = ajv.getSchema(part === 'report' ? ID : `${ID}#/$defs/content`);
  if (validate === undefined) throw new Error('there is no such schema');
  void validate(report); // of a schema that is not asynchronous: what it finds is in `errors`
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

import { writeZip } from '../../evidence/index.ts';
import { nodeUnpacking, openZip, readWhole, zipInMemory } from '../../verifier/index.ts';

const RECORDS = 'log/records.jsonl';

/**
 * A copy of a bundle in which one byte of one record says something else: a deactivation that carries another digit.
 * Returns the copy and the record's index. Throws when the bundle holds no deactivation.
 */
export async function changeOneByte(bundle: Uint8Array): Promise<{ readonly changed: Buffer; readonly record: number }> {
  const zip = await openZip(zipInMemory(bundle), nodeUnpacking);
  if (zip === undefined) throw new Error('the bundle is no ZIP');
  const files = new Map<string, Buffer>();
  for (const path of zip.paths) files.set(path, await readWhole(zip, path));
  const lines = (files.get(RECORDS) ?? Buffer.alloc(0)).toString('utf8').split('\n');
  const at = lines.findIndex((line) => line !== '' && leafOf(line).includes('"scim.user.deactivated"'));
  const line = lines[at];
  if (line === undefined) throw new Error('the bundle records no deactivation');
  const { i } = JSON.parse(line) as { readonly i: number };
  lines[at] = JSON.stringify({ i, leaf: Buffer.from(withAnotherDigit(leafOf(line))).toString('base64') });
  return { changed: await writeZip(files.set(RECORDS, Buffer.from(lines.join('\n')))), record: i };
}

function leafOf(line: string): string {
  return Buffer.from((JSON.parse(line) as { readonly leaf: string }).leaf, 'base64').toString('utf8');
}

/** The year in which it was recorded, one later: the kind of change that somebody would gain from. */
function withAnotherDigit(leaf: string): string {
  return leaf.replace(/("recorded_at":"\d{3})(\d)/, (_match, before: string, digit: string) => `${before}${(Number(digit) + 1) % 10}`);
}

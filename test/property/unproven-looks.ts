import type { WorkspaceId } from '../../src/kernel/index.ts';
import { COVERAGE, StateFiles } from '../../src/verifier/state-files.ts';
import type { World } from '../directory/simulated-tenant.ts';

/** The complete looks whose hash of all states is not the one that the ledger's other records give, in a sentence each. */
export async function unprovenLooks(world: World, workspaceId: WorkspaceId): Promise<readonly string[]> {
  const { rows } = await world.db.owner.query<{ type: string; leaf: Buffer }>(
    `select record.type, record.leaf
     from ledger_record as record
     where record.workspace_id = $1
     order by record.txid, record.ord`,
    [workspaceId],
  );
  const records = rows.map(({ type, leaf }, index) => ({ index, id: '', type, leaf: JSON.parse(leaf.toString('utf8')) }));
  const states = new StateFiles();
  for (const record of records) states.note(record);
  return records.flatMap(({ index, leaf, type }) => {
    if (type !== COVERAGE) return [];
    const given = states.digestAt(leaf.subject.id, index);
    return leaf.detail.states_sha256 === given ? [] : [`the look of record ${index} was over other lines than the records give`];
  });
}

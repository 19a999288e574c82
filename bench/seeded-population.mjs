import { pipeline } from 'node:stream/promises';
import { to } from 'pg-copy-streams';

const UUID_LENGTH = 36;
const LINE_LENGTH = UUID_LENGTH + 1;

/**
 * The users and groups that the sandbox was seeded with. Ids stay in one block of bytes, which a million users do not make
 * the garbage collector of this program walk through.
 */
export async function readPopulation(reader, count) {
  const lines = [];
  await pipeline(reader.query(to('copy (select id from scim_user order by user_name_key) to stdout')), async (chunks) => {
    for await (const chunk of chunks) lines.push(chunk);
  });
  const ids = Buffer.concat(lines);
  if (ids.length !== count * LINE_LENGTH) throw new Error(`the sandbox has not seeded ${count} users`);
  const groups = await reader.query('select display_name, id from scim_group');
  return {
    count,
    userAt: (n) => ({
      id: ids.latin1Slice(n * LINE_LENGTH, n * LINE_LENGTH + UUID_LENGTH),
      userName: `u${String(n).padStart(7, '0')}@load.example`,
      externalId: `x${n}`,
    }),
    groups: new Map(groups.rows.map((group) => [group.display_name, group.id])),
  };
}

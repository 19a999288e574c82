// What looks at a directory are held against. `floorOf` is the least that PostgreSQL could do with the rows once they are there: they are copied in, and inserted where they are not yet, or compared
// with those that are. `idealOf` is the least that any program could do that has to get them from Graph: it fetches the same pages, each while the one before it is copied in, understands
// their JSON, hashes each user and does as the floor does. Neither makes an observation, an address or a ledger record, asks for anything but users, waits for anybody, or can go on where it stopped.
import { createHash } from 'node:crypto';
import http from 'node:http';
import { userOf } from './directory-population.mjs';

const COLUMNS = `object_id uuid, user_principal_name text, mail text, display_name text, employee_id text, address_keys text[], user_type text,
  created_date_time timestamptz(3), account_enabled boolean, attributes jsonb, row_hash bytea`;

/** `copyLine` is the server's own: all three write their rows alike. */
export function floorOf(owner, { users, copyLine }) {
  return floorWith(owner, 'floor', (generation) => linesFromMemory({ users, generation, copyLine }));
}

export function idealOf(owner, { url, copyLine }) {
  return floorWith(owner, 'ideal', () => linesFromGraph({ url, copyLine }));
}

function floorWith(owner, name, linesAt) {
  const [stage, account] = [`${name}_stage`, `${name}_account`];
  const missing = (same) => `insert into ${account} select stage.* from ${stage} as stage
    where not exists (select 1 from ${account} as known where known.object_id = stage.object_id${same})`;
  return {
    first: async (generation) => {
      await owner.query(`create unlogged table ${stage} (${COLUMNS})`);
      await owner.query(`create table ${account} (${COLUMNS}, primary key (object_id))`);
      await owner.transaction(async (tx) => {
        await tx.copyIn(`copy ${stage} from stdin`, linesAt(generation));
        await tx.query(missing(''));
      });
    },
    again: async (generation) => {
      await owner.query(`truncate ${stage}`);
      await owner.transaction(async (tx) => {
        await tx.copyIn(`copy ${stage} from stdin`, linesAt(generation));
        await tx.query(
          `${missing(' and known.row_hash = stage.row_hash')} on conflict (object_id) do update set row_hash = excluded.row_hash`,
        );
      });
    },
  };
}

function* linesFromMemory({ users, generation, copyLine }) {
  for (let n = 0; n < users; n += 1) yield lineOf(userOf(n, generation), copyLine);
}

async function* linesFromGraph({ url, copyLine }) {
  let coming = fetchPage(`${url}/v1.0/users`);
  while (coming !== undefined) {
    const page = JSON.parse(await coming);
    const next = page['@odata.nextLink'];
    coming = next === undefined ? undefined : fetchPage(next);
    yield page.value.map((user) => lineOf(user, copyLine)).join('');
  }
}

function fetchPage(url) {
  return new Promise((resolve, reject) => {
    http
      .get(url, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      })
      .on('error', reject);
  });
}

function lineOf(user, copyLine) {
  const { id, userPrincipalName, mail, proxyAddresses, displayName, employeeId, userType, createdDateTime, accountEnabled, ...attributes } =
    user;
  const addressKeys = proxyAddresses.map((address) => address.slice('smtp:'.length));
  const hash = createHash('sha256').update(JSON.stringify(user)).digest();
  const named = [id, userPrincipalName, mail, displayName, employeeId, addressKeys, userType, createdDateTime, accountEnabled];
  return copyLine([...named, attributes, hash]);
}

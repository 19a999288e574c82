import { randomBytes } from 'node:crypto';
import { openDatabase } from '../../platform/index.ts';

export interface SandboxLogin {
  /** The same database, as a login that may do no more than the server. */
  readonly serverUrl: string;
  drop(): Promise<void>;
}

/** Makes a lesser login on a database that somebody lends us. Throws when the lender may not create roles. */
export async function createSandboxLogin(ownerUrl: string): Promise<SandboxLogin> {
  const [name, password] = [`rollcall_sandbox_${randomBytes(6).toString('hex')}`, randomBytes(24).toString('hex')];
  await administer(ownerUrl, `create role ${name} login password '${password}'`);
  const url = new URL(ownerUrl);
  url.username = name;
  url.password = password;
  return { serverUrl: url.href, drop: () => administer(ownerUrl, `drop role ${name}`) };
}

async function administer(url: string, statement: string): Promise<void> {
  const database = openDatabase({ url, poolSize: 1, applicationName: 'rollcall-sandbox' });
  try {
    await database.query(statement);
  } finally {
    await database.close();
  }
}

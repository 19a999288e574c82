import { hash } from 'node:crypto';
import { addressKey, type Instant, isUuid, parseInstant } from '../kernel/index.ts';
import { GraphFailure } from './graph-failure.ts';
import { asObject, type JsonObject, listAt, textAt, textsAt } from './json-shape.ts';

/**
 * The number of this reading: it goes up whenever an item of a listing that was read before is to be read as something else. Accounts that a
 * listing shows as before are not read again until then.
 */
export const READING = 1;

/** Further properties that are kept with an account as they came. */
const attributeNames = [
  'creationType',
  'department',
  'employeeType',
  'externalUserState',
  'externalUserStateChangeDateTime',
  'jobTitle',
  'lastPasswordChangeDateTime',
  'onPremisesImmutableId',
  'onPremisesSyncEnabled',
  'otherMails',
  'signInSessionsValidFromDateTime',
] as const;

const accountNames = [
  'id',
  'userPrincipalName',
  'mail',
  'proxyAddresses',
  'displayName',
  'accountEnabled',
  'userType',
  'createdDateTime',
  'employeeId',
  'identities',
] as const;

/**
 * What is asked of a user. accountEnabled is in no default projection: microsoft-graph §2.1. Below the 500 characters at
 * which long selections begin to be refused.
 */
export const USER_SELECT = [...accountNames, ...attributeNames].join(',');

/** deletedDateTime is in no default projection either: microsoft-graph §0 #4. */
export const DELETED_USER_SELECT = [...accountNames, 'deletedDateTime'].join(',');

/** An account as one answer showed it. */
export interface ReadAccount {
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly mail: string | null;
  readonly displayName: string | null;
  readonly employeeId: string | null;
  /** Lower-cased mail, smtp proxy addresses, userPrincipalName and the addresses of outside identities, sorted, each once. */
  readonly addressKeys: readonly string[];
  readonly userType: string | null;
  readonly createdDateTime: Instant | null;
  readonly accountEnabled: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** SHA-256 over all of the above, in hex. */
  readonly rowHash: string;
}

/**
 * A user of a listing or by id. Throws GraphFailure `account-state-missing` when accountEnabled did not come: taking that
 * for enabled or disabled would invent evidence (microsoft-graph §10 #6).
 */
export function readAccount(item: JsonObject): ReadAccount {
  const accountEnabled = item['accountEnabled'];
  if (typeof accountEnabled !== 'boolean') throw new GraphFailure('account-state-missing');
  const userPrincipalName = textAt(item, 'userPrincipalName');
  if (userPrincipalName === undefined) throw new GraphFailure('unexpected-answer', { said: 'user-without-name' });
  return accountOf(item, { accountEnabled, userPrincipalName });
}

/**
 * A user of the recycle bin, with the name that it had: deletion puts the object id without dashes in front of the
 * userPrincipalName (microsoft-graph §0 #3). A deleted account gives no access, so a missing accountEnabled says nothing.
 */
export function readDeletedAccount(item: JsonObject): { account: ReadAccount; deletedDateTime: Instant | null } {
  const prefix = objectIdOf(item).replaceAll('-', '');
  const name = textAt(item, 'userPrincipalName') ?? objectIdOf(item);
  const userPrincipalName = name.toLowerCase().startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : name;
  const account = accountOf(item, { accountEnabled: item['accountEnabled'] === true, userPrincipalName });
  return { account, deletedDateTime: instantAt(item, 'deletedDateTime') };
}

/** The object id in lower case. Throws GraphFailure `unexpected-answer` when there is none: every object of Graph has one. */
export function objectIdOf(item: JsonObject, name = 'id'): string {
  const id = textAt(item, name);
  if (id === undefined || !isUuid(id)) throw new GraphFailure('unexpected-answer', { said: 'object-without-id' });
  return id.toLowerCase();
}

interface Settled {
  readonly accountEnabled: boolean;
  readonly userPrincipalName: string;
}

function accountOf(item: JsonObject, { accountEnabled, userPrincipalName }: Settled): ReadAccount {
  const mail = textAt(item, 'mail') ?? null;
  const facts = {
    objectId: objectIdOf(item),
    userPrincipalName,
    mail,
    displayName: textAt(item, 'displayName') ?? null,
    employeeId: textAt(item, 'employeeId')?.trim() || null,
    addressKeys: addressKeysOf([userPrincipalName, mail, ...smtpAddresses(textsAt(item, 'proxyAddresses')), ...outsideAddresses(item)]),
    userType: textAt(item, 'userType') ?? null,
    createdDateTime: instantAt(item, 'createdDateTime'),
    accountEnabled,
    attributes: attributesOf(item),
  };
  return { ...facts, rowHash: hash('sha256', JSON.stringify(facts), 'hex') };
}

/** `SMTP:primary@x`, `smtp:alias@x`; `SIP:` and `X500:` are no mail addresses. */
function smtpAddresses(proxyAddresses: readonly string[]): readonly string[] {
  return proxyAddresses.filter((address) => /^smtp:/i.test(address)).map((address) => address.slice('smtp:'.length));
}

/**
 * By which address somebody from outside signs in, where Entra says it: the home address of a guest, a local account's own. Its users cannot
 * edit it (User.ManageIdentities.All). A userPrincipalName is told by itself.
 */
function outsideAddresses(item: JsonObject): readonly string[] {
  return listAt(item, 'identities').flatMap((each) => {
    const identity = asObject(each) ?? {};
    const address = textAt(identity, 'issuerAssignedId') ?? '';
    const isOutside = textAt(identity, 'signInType') !== 'userPrincipalName';
    return isOutside && /^[^\s@]+@[^\s@]+$/.test(address) ? [address] : [];
  });
}

function addressKeysOf(addresses: readonly (string | null)[]): readonly string[] {
  const keys = addresses.map((address) => addressKey(address ?? '')).filter((key) => key !== '');
  return [...new Set(keys)].sort();
}

function attributesOf(item: JsonObject): Readonly<Record<string, unknown>> {
  const attributes: Record<string, unknown> = {};
  for (const name of attributeNames) {
    const value = attributeAt(item, name);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

function attributeAt(item: JsonObject, name: string): string | boolean | readonly string[] | undefined {
  const value = item[name];
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.length === 0 ? undefined : textsAt(item, name);
  return textAt(item, name);
}

function instantAt(item: JsonObject, name: string): Instant | null {
  const text = textAt(item, name);
  return text === undefined ? null : (parseInstant(text) ?? null);
}

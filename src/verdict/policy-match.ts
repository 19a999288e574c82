import type { AccessPolicy, PolicyGuests, PolicySide } from './access-policy.ts';
import { all, any, not, type Truth } from './truth.ts';

/** A directory role as it is held. */
export interface HeldRole {
  /** The template id. */
  readonly id: string;
  /** Over the whole tenant, or less of it. */
  readonly isOverTenant: boolean;
  /** Null where the role's definition is not known. */
  readonly isBuiltIn: boolean | null;
}

/** An account as far as policies can name it. */
export interface PolicySubject {
  readonly id: string;
  /** Null where that is not known. */
  readonly isEnabled: boolean | null;
  readonly userType: string | null;
  /** Its userPrincipalName holds `#EXT#`: its home is another tenant. */
  readonly isExternal: boolean;
  /** Groups that it is in, through groups in groups too. */
  readonly groups: readonly string[];
  /** Active ones, also through groups; null where they are not known. */
  readonly roles: readonly HeldRole[] | null;
}

/** What is known of what policies name. */
export interface NamedObjects {
  /** Ids that name nothing in the tenant. */
  readonly dangling: readonly string[];
  /** Groups some of whose members could not be read. */
  readonly unreadGroups: readonly string[];
}

/** By what a side of a policy names an account. */
export interface Through {
  readonly kind: 'all' | 'user' | 'group' | 'role' | 'guest' | 'guest-of-tenants';
  /** Of a group or a role. */
  readonly id: string | null;
}

export interface SideMatch {
  readonly truth: Truth;
  /** What names the account, or may; null where nothing does. */
  readonly through: Through | null;
}

export interface PolicyMatch {
  readonly included: SideMatch;
  readonly excluded: SideMatch;
  /** Exclusions win. */
  readonly applies: Truth;
}

/** Whether a policy applies to an account (microsoft-graph §5.2). */
export function matchPolicy({ include, exclude }: AccessPolicy, subject: PolicySubject, named: NamedObjects): PolicyMatch {
  const included = matchSide(include, subject, named);
  const excluded = matchSide(exclude, subject, named);
  return { included, excluded, applies: all([included.truth, not(excluded.truth)]) };
}

function matchSide(side: PolicySide, subject: PolicySubject, named: NamedObjects): SideMatch {
  const claims = [
    ...side.users.map((user) => ({ truth: isUser(user, subject), through: throughUser(user) })),
    ...side.groups.map((id) => ({ truth: isMember(id, subject, named), through: { kind: 'group' as const, id } })),
    ...side.roles.map((id) => ({ truth: holdsRole(id, subject), through: { kind: 'role' as const, id } })),
    ...(side.guests === null ? [] : [{ truth: isGuestOf(side.guests, subject), through: throughGuests(side.guests) }]),
  ];
  const truth = any(claims.map((claim) => claim.truth));
  return { truth, through: claims.find((claim) => claim.truth === truth)?.through ?? null };
}

function throughUser(user: string): Through {
  if (user === 'All') return { kind: 'all', id: null };
  return user === 'GuestsOrExternalUsers' ? { kind: 'guest', id: null } : { kind: 'user', id: null };
}

function throughGuests({ isOfSomeTenants }: PolicyGuests): Through {
  return { kind: isOfSomeTenants ? 'guest-of-tenants' : 'guest', id: null };
}

function isUser(user: string, subject: PolicySubject): Truth {
  if (user === 'All') return 'yes';
  if (user === 'None') return 'no';
  if (user === 'GuestsOrExternalUsers') return isAnyGuest(subject);
  // A word of later days may name anybody.
  if (!/^[0-9a-f-]{36}$/.test(user)) return 'unknown';
  return user === subject.id ? 'yes' : 'no';
}

function isMember(id: string, { groups }: PolicySubject, { dangling, unreadGroups }: NamedObjects): Truth {
  if (dangling.includes(id)) return 'no';
  if (groups.includes(id)) return 'yes';
  return unreadGroups.includes(id) ? 'unknown' : 'no';
}

/** Policies know built-in roles over the whole tenant, and those only while they are active. */
function holdsRole(id: string, { roles }: PolicySubject): Truth {
  if (roles === null) return 'unknown';
  const held = roles.filter((role) => role.id === id && role.isOverTenant);
  return any(held.map(({ isBuiltIn }): Truth => (isBuiltIn === null ? 'unknown' : isBuiltIn ? 'yes' : 'no')));
}

/** Those of the types that have an account in the tenant. */
type GuestType = 'internalGuest' | 'b2bCollaborationGuest' | 'b2bCollaborationMember' | 'none';

/** The types that an account can be: one, unless it does not say whether it is a guest. */
function guestTypesOf({ userType, isExternal }: PolicySubject): readonly GuestType[] {
  const asGuest = isExternal ? 'b2bCollaborationGuest' : 'internalGuest';
  const asMember = isExternal ? 'b2bCollaborationMember' : 'none';
  if (userType === 'Guest') return [asGuest];
  return userType === 'Member' ? [asMember] : [asGuest, asMember];
}

function isAnyGuest(subject: PolicySubject): Truth {
  return agreed(guestTypesOf(subject).map((type): Truth => (type === 'none' ? 'no' : 'yes')));
}

const knownGuestTypes = new Set([
  'none',
  'internalGuest',
  'b2bCollaborationGuest',
  'b2bCollaborationMember',
  'b2bDirectConnectUser',
  'otherExternalUser',
  'serviceProvider',
]);

function isGuestOf({ types, isOfSomeTenants }: PolicyGuests, subject: PolicySubject): Truth {
  const isOpen = types.some((type) => !knownGuestTypes.has(type));
  return agreed(
    guestTypesOf(subject).map((type): Truth => {
      if (type === 'none') return 'no';
      // Graph names the kind of provider that a guest signs in with, and no tenant (decision 0024).
      if (types.includes(type)) return isOfSomeTenants ? 'unknown' : 'yes';
      return isOpen ? 'unknown' : 'no';
    }),
  );
}

/** What holds whichever it is. */
function agreed(claims: readonly Truth[]): Truth {
  const some = any(claims);
  return all(claims) === some ? some : 'unknown';
}

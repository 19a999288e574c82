/**
 * A Conditional Access policy as far as it decides whether somebody must use MFA (microsoft-graph §5.1). Values stay in Graph's words, also
 * those that nobody knows yet: whoever judges must say that it does not know them.
 */
export interface AccessPolicy {
  readonly id: string;
  readonly name: string;
  /** `enabled`, `disabled`, `enabledForReportingButNotEnforced`, or what else it says. */
  readonly state: string | null;
  readonly include: PolicySide;
  readonly exclude: PolicySide;
  /** Null where it grants nothing and asks for nothing, such as a policy of sessions. */
  readonly controls: PolicyControls | null;
  /** It is about applications that sign in by themselves, not about people. */
  readonly isForWorkloads: boolean;
  /** What keeps it from applying to every sign-in of whom it applies to; empty where nothing does. */
  readonly narrowedBy: readonly string[];
}

/** Whom one side of a policy names. */
export interface PolicySide {
  /** Object ids, and `All`, `None`, `GuestsOrExternalUsers`. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** Template ids. */
  readonly roles: readonly string[];
  readonly guests: PolicyGuests | null;
}

export interface PolicyGuests {
  readonly types: readonly string[];
  /** Only those of some tenants. */
  readonly isOfSomeTenants: boolean;
}

export interface PolicyControls {
  readonly operator: string | null;
  readonly builtIn: readonly string[];
  /** How many custom factors and terms of use there are. */
  readonly custom: number;
  readonly terms: number;
  /** What a strength satisfies: `mfa`, `none`, or what else it says; null without a strength. */
  readonly strength: { readonly satisfies: string | null } | null;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads a policy as Graph shows it. Total: what is absent or of another kind reads as naming nobody, or as narrowing. */
export function readAccessPolicy(body: unknown): AccessPolicy {
  const policy = objectOf(body);
  const conditions = objectOf(policy['conditions']);
  const users = objectOf(conditions['users']);
  return {
    id: textOf(policy['id']) ?? '',
    name: textOf(policy['displayName']) ?? '',
    state: textOf(policy['state']),
    include: sideOf(users, 'include'),
    exclude: sideOf(users, 'exclude'),
    controls: controlsOf(policy['grantControls']),
    isForWorkloads: !isEmpty(conditions['clientApplications']),
    narrowedBy: narrowingsOf(conditions),
  };
}

function sideOf(users: Json, side: 'include' | 'exclude'): PolicySide {
  return {
    users: textsOf(users[`${side}Users`]).map(idOrWord),
    groups: textsOf(users[`${side}Groups`]).map(idOrWord),
    roles: textsOf(users[`${side}Roles`]).map(idOrWord),
    guests: guestsOf(users[`${side}GuestsOrExternalUsers`]),
  };
}

/** The types are one text with commas. */
function guestsOf(value: unknown): PolicyGuests | null {
  if (isEmpty(value)) return null;
  const guests = objectOf(value);
  const types = (textOf(guests['guestOrExternalUserTypes']) ?? 'unknownFutureValue').split(',').map((type) => type.trim());
  const tenants = objectOf(guests['externalTenants']);
  const isOfSomeTenants = !isEmpty(tenants) && tenants['membershipKind'] !== 'all';
  return { types, isOfSomeTenants };
}

function controlsOf(value: unknown): PolicyControls | null {
  if (value === null || value === undefined) return null;
  const controls = objectOf(value);
  const strength = controls['authenticationStrength'];
  return {
    operator: textOf(controls['operator']),
    builtIn: textsOf(controls['builtInControls']),
    custom: textsOf(controls['customAuthenticationFactors']).length,
    terms: textsOf(controls['termsOfUse']).length,
    strength: strength === null || strength === undefined ? null : { satisfies: textOf(objectOf(strength)['requirementsSatisfied']) },
  };
}

/** Conditions of whom it is about, and of what it is about; all others narrow it where they say anything. */
const ownReading = new Set(['users', 'applications', 'clientAppTypes', 'clientApplications']);

/** Either asks by every client that can sign in with more than a password. */
const everyClient: readonly (readonly string[])[] = [['all'], ['browser', 'mobileAppsAndDesktopClients']];

function narrowingsOf(conditions: Json): readonly string[] {
  const clients = textsOf(conditions['clientAppTypes']);
  const others = Object.keys(conditions).filter(
    (name) => !ownReading.has(name) && !isEmpty(conditions[name]) && !isEverything(conditions[name]),
  );
  return [
    ...applicationNarrowings(objectOf(conditions['applications'])),
    ...(everyClient.some((wanted) => wanted.every((client) => clients.includes(client))) ? [] : ['clientAppTypes']),
    ...others.toSorted(),
  ];
}

function applicationNarrowings(applications: Json): readonly string[] {
  const isEvery = textsOf(applications['includeApplications']).includes('All');
  const others = Object.keys(applications).filter((name) => name !== 'includeApplications' && !isEmpty(applications[name]));
  return [...(isEvery ? [] : ['includeApplications']), ...others.toSorted()];
}

/** Such as all platforms, less none. */
function isEverything(value: unknown): boolean {
  const members = Object.entries(objectOf(value));
  const included = members.filter(([name]) => name.startsWith('include'));
  return (
    included.length > 0 &&
    included.every(([, list]) => textsOf(list).some((word) => word.toLowerCase() === 'all')) &&
    members.every(([name, list]) => name.startsWith('include') || isEmpty(list))
  );
}

/** Says nothing: null, no text, an empty list, or an object all of whose members say nothing. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** What is no text is kept as a word that nobody knows. */
function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((item) => textOf(item) ?? 'unknownFutureValue') : [];
}

function idOrWord(text: string): string {
  return /^[0-9a-f-]{36}$/i.test(text) ? text.toLowerCase() : text;
}

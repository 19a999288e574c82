import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import { CORE_USER_URN, type RoleClaim, type RoleSource, roleClaims, roleSources } from '../scim-protocol/index.ts';
import { ROLE_ATTRIBUTE } from './attribute-value.ts';
import type { RecordContent } from './change-evidence.ts';

/** The attribute that each source is read from, by its qualified name. */
export const attributeOf: Readonly<Record<RoleSource, string>> = {
  extension: ROLE_ATTRIBUTE,
  userType: 'userType',
  roles: 'roles',
  core: `${CORE_USER_URN}:role`,
};

export interface RoleChange {
  readonly before: readonly RoleClaim[];
  readonly after: readonly RoleClaim[];
  /** The sources that say something else than before; not empty. */
  readonly sources: readonly RoleSource[];
}

/** What a change of a user changes of its claims to a role; undefined when that is nothing. */
export function roleChange(before: CanonicalObject, after: CanonicalObject): RoleChange | undefined {
  const claims = { before: roleClaims(before), after: roleClaims(after) };
  const sources = roleSources.filter((source) => !isSame(claimBy(source, claims.before), claimBy(source, claims.after)));
  return sources.length === 0 ? undefined : { ...claims, sources };
}

/** The attributes whose change the record of the role tells, by their qualified names. */
export function attributesOf({ sources }: RoleChange): readonly string[] {
  return sources.map((source) => attributeOf[source]);
}

/**
 * A record says in the clear which sources claim a role. What they claim is disclosed beside it, whether or not it names a role:
 * before the statement asks, nobody knows, and a userType or a mapping gone wrong may say anything of a person (I11).
 */
export function roleRecord({ before, after, sources }: RoleChange, detail: CanonicalObject): RecordContent {
  return {
    type: 'scim.role.changed',
    before: claimingSources(before),
    after: claimingSources(after),
    detail: { ...detail, sources },
    disclose: { ...disclosedClaims('before.roleClaims', before), ...disclosedClaims('after.roleClaims', after) },
  };
}

export function claimingSources(claims: readonly RoleClaim[]): CanonicalObject {
  return { roleSources: claims.map(({ source }) => source) };
}

export function disclosedClaims(path: string, claims: readonly RoleClaim[]): Readonly<Record<string, CanonicalValue>> {
  return claims.length === 0 ? {} : { [path]: claims.map((claim): CanonicalObject => ({ ...claim })) };
}

function claimBy(source: RoleSource, claims: readonly RoleClaim[]): RoleClaim | undefined {
  return claims.find((claim) => claim.source === source);
}

function isSame(one: RoleClaim | undefined, other: RoleClaim | undefined): boolean {
  return one?.value === other?.value && one?.raw === other?.raw;
}

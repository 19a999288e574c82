/** What an owner would be called in a role catalogue. Owners are made on the server's command line alone: no role makes one (I5). */
const OWNER_ROLE = 'owner';

/** Whether a role's id, or what a directory claims of a role, names the owner's; however it is written. */
export function isOwnerRole(value: string): boolean {
  return value.trim().toLowerCase() === OWNER_ROLE;
}

/** In SQL: whether `scim_user` carries the object id as its `externalId`, in whichever letters. As its two indexes have it, for a few to be looked up. */
export const carriesObjectId = (objectId: string): string =>
  `(scim_user.external_id = ${objectId} or (scim_user.external_id <> lower(scim_user.external_id) and lower(scim_user.external_id) = ${objectId}))`;

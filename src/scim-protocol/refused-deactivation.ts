import { ScimError } from './scim-error.ts';

/**
 * A request that says that a user is to be inactive, and is refused: in strict mode for any part that cannot be applied,
 * in either mode beyond a limit. It is answered as the ScimError that it is; whoever knows the user records it and raises
 * the alarm (I1).
 */
export class RefusedDeactivation extends ScimError {}

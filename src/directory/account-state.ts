/** What an account may be found to be. `vanished`: absent and unconfirmed, which is never taken for disabled. */
export const accountStates = ['enabled', 'disabled', 'soft_deleted', 'hard_deleted', 'vanished'] as const;

export type AccountState = (typeof accountStates)[number];

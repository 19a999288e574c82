/** How long an access token lives, in seconds: Entra's validator takes one to six hours (entra-scim-client §5). */
export const TOKEN_LIFE_S = { least: 3_600, most: 21_600, usual: 3_600 } as const;

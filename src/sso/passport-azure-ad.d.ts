/** The part of passport-azure-ad 4.3.5 that azure-ad-adapter.ts builds on, its inner steps included: the package has no types of its own. */
declare module 'passport-azure-ad' {
  type Fields = Record<string, unknown>;
  type Done = (error: Error | null) => void;

  class OIDCStrategy {
    constructor(
      options: Fields,
      verify: (profile: { readonly _json: Fields }, verified: (error: Error | null, user: Fields) => void) => void,
    );
    authenticate(request: Fields, options: Fields): void;
    setOptions(params: Fields, oauthConfig: Fields, optionsToValidate: Fields, done: Done): void;
    _getAccessTokenBySecretOrAssertion(
      code: string,
      oauthConfig: Fields,
      next: Done,
      callback: (error: Error | null, items: Fields) => void,
    ): void;
    failWithLog(message: string): void;
    // passport gives a strategy these for each request.
    success(user: Fields): void;
    fail(challenge: string): void;
    redirect(location: string): void;
    error(error: Error): void;
  }

  const library: { readonly OIDCStrategy: typeof OIDCStrategy };
  export default library;
}

import { type Exchange, html, type Reply } from '../http/exchange.ts';
import { type Handler, type Router, routeTable } from '../http/route-table.ts';
import { authorize } from './authorize.ts';
import type { OpenidContext } from './openid-context.ts';
import { openidConfiguration, signingKeys } from './openid-configuration.ts';
import { SignInError, tokenErrorReply } from './sign-in-error.ts';
import { errorPage } from './sign-in-page.ts';
import { signIn } from './sign-in.ts';
import { token } from './token.ts';

type Step = (context: OpenidContext, exchange: Exchange) => Reply;

/** The identity provider: programs are told in JSON, people on a page. */
export function openidProvider(context: OpenidContext): Router {
  const toProgram = (step: Step) => answering(context, step, (failure) => tokenErrorReply(failure, context.tenant.now()));
  const toPerson = (step: Step) => answering(context, step, (failure) => html(failure.status, errorPage(failure.message)));
  return routeTable([
    ['GET', '/:tenant/v2.0/.well-known/openid-configuration', toProgram(openidConfiguration)],
    ['GET', '/:tenant/discovery/v2.0/keys', toProgram(signingKeys)],
    ['GET', '/:tenant/oauth2/v2.0/authorize', toPerson(authorize)],
    ['POST', '/:tenant/oauth2/v2.0/authorize/sign-in', toPerson(signIn)],
    ['POST', '/:tenant/oauth2/v2.0/token', toProgram(token)],
  ]);
}

function answering(context: OpenidContext, step: Step, explain: (failure: SignInError) => Reply): Handler {
  return (exchange) => {
    try {
      return step(context, exchange);
    } catch (error) {
      if (error instanceof SignInError) return explain(error);
      throw error;
    }
  };
}

import type { CredentialMemory } from './credential-memory.ts';
import type { Route } from './find-route.ts';
import type { EndpointDeps } from './scim-deps.ts';
import type { ScimCall } from './scim-request.ts';

export interface StepContext {
  readonly deps: EndpointDeps;
  readonly memory: CredentialMemory;
  readonly route: Route;
}

/** One step of the pipeline: answers the call with what it learned, or throws a ScimError. */
export type PipelineStep = (context: StepContext, call: ScimCall) => ScimCall | Promise<ScimCall>;

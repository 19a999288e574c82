/** What the engine can be doing with an object. */
export const steps = [
  'test-connection',
  'evaluate',
  'match',
  'read',
  'create',
  'update',
  'disable',
  'delete',
  'members',
  'manager',
] as const;
export type Step = (typeof steps)[number];

/** One object cannot be provisioned in this cycle; the others can. Status 0 means that no HTTP answer came. */
export class ObjectFailure extends Error {
  readonly step: Step;
  readonly status: number;
  readonly body: string;

  constructor(step: Step, status: number, body: string) {
    super(`${step} failed with status ${status}`);
    this.name = 'ObjectFailure';
    this.step = step;
    this.status = status;
    this.body = body;
  }
}

/** The whole job stops: the credential is refused, or the address is no SCIM endpoint (entra-scim-client §4.2). */
export class Quarantine extends Error {
  readonly reason = 'EncounteredQuarantineException';
  readonly step: Step;
  readonly status: number;
  readonly body: string;

  constructor(step: Step, status: number, body: string) {
    super(`${step} was answered with status ${status}`);
    this.name = 'Quarantine';
    this.step = step;
    this.status = status;
    this.body = body;
  }
}

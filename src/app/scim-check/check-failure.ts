/** The server did otherwise than Entra needs. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly expected: string;
  readonly came: string;

  constructor(expected: string, came: string) {
    super(`expected ${expected}, came ${came}`);
    this.expected = expected;
    this.came = came;
  }
}

/** The check cannot be made here; the message says why. */
export class CheckSkipped extends Error {
  override readonly name = 'CheckSkipped';
}

/** No further request may be sent: the operator ended the run, or its time is over. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
}

export function expectThat(holds: boolean, expected: string, came: string): asserts holds {
  if (!holds) throw new CheckFailure(expected, came);
}

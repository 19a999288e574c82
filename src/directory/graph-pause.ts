import type { Instant } from '../kernel/index.ts';

/** A run must wait for longer than one waits in place: it is parked until then and goes on where it stopped. No failure. */
export class GraphPause extends Error {
  readonly until: Instant;

  constructor(until: Instant) {
    super(`not before ${until}`);
    this.name = 'GraphPause';
    this.until = until;
  }
}

import { type ArmedFault, type FaultKind, type FaultRule, faultKinds, strike } from './faults.ts';
import type { Step } from './object-failure.ts';
import { type Connections, type IncomingAnswer, openConnections, type OutgoingRequest } from './send-request.ts';

/** Connections on which something goes wrong when a fault says so. */
export interface FaultyConnections {
  /** How often each kind of fault has struck here. */
  readonly struck: Readonly<Record<FaultKind, number>>;
  /** `count` is told of each request that goes out to the server. Rejects when no answer comes. */
  send(step: Step, request: OutgoingRequest, count: () => void): Promise<IncomingAnswer>;
  close(): void;
}

export function openFaultyConnections(faults: readonly ArmedFault[], timeoutMs: number): FaultyConnections {
  const struck = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const connections = inOrder(openConnections(timeoutMs));
  return {
    struck,
    send: (step, request, count) => {
      const fault = strike(faults, step);
      if (fault === undefined) {
        count();
        return connections.send(request);
      }
      struck[fault.kind] += 1;
      return sendWith(fault, connections, { request, count });
    },
    close: () => connections.close(),
  };
}

interface Sending {
  readonly request: OutgoingRequest;
  readonly count: () => void;
}

async function sendWith(fault: FaultRule, connections: OrderedConnections, { request, count }: Sending): Promise<IncomingAnswer> {
  if (fault.kind === 'status') {
    const text = JSON.stringify({ schemas: [ERROR_URN], status: String(fault.status), detail: 'a fault of the simulated tenant' });
    return { status: fault.status, text, retryAfter: fault.retryAfterSeconds?.toString() };
  }
  count();
  switch (fault.kind) {
    case 'lost-answer':
      await connections.send(request);
      throw new Error('the answer was lost');
    case 'timeout':
      return connections.sendAndCut(request, 'after-end');
    case 'connection-reset':
      return connections.sendAndCut(request, 'before-end');
    case 'duplicate':
      count();
      return (await Promise.all([connections.send(request), connections.send(request)]))[0];
    case 'reorder':
      await connections.somethingElseAnswered();
      break;
  }
  return connections.send(request);
}

const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error';

interface OrderedConnections extends Connections {
  /** Resolves after the next answer to whatever is under way; at once when nothing is. */
  somethingElseAnswered(): Promise<void>;
}

function inOrder(connections: Connections): OrderedConnections {
  let underWay = 0;
  const heldBack: (() => void)[] = [];
  const watched = async <T>(send: () => Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await send();
    } finally {
      underWay -= 1;
      for (const release of heldBack.splice(0)) release();
    }
  };
  return {
    send: (request) => watched(() => connections.send(request)),
    sendAndCut: (request, cut) => watched(() => connections.sendAndCut(request, cut)),
    somethingElseAnswered: () => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => heldBack.push(resolve))),
    close: () => connections.close(),
  };
}

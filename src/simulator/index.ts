/**
 * simulator: a stand-in Entra tenant: OpenID provider, Microsoft Graph (read-only) and provisioning engine over one state,
 * a peer over HTTP on the loopback interface. It imports kernel alone and knows nothing of the product; tests and the demo come in.
 */
export { type Simulator, startSimulator } from './start-simulator.ts';

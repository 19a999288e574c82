/** Origins of Microsoft's services, without a trailing slash. They belong together: a token of one cloud is void in another. */
export interface MicrosoftHosts {
  readonly login: string;
  readonly graph: string;
  readonly arm: string;
}

export type MicrosoftCloud = 'commercial' | 'us-government-l4' | 'us-government-l5';

export const microsoftClouds: readonly MicrosoftCloud[] = ['commercial', 'us-government-l4', 'us-government-l5'];

/** microsoft-graph §1.1. Commercial serves GCC too; L4 is GCC High, L5 is DoD. */
const hosts: Readonly<Record<MicrosoftCloud, MicrosoftHosts>> = {
  commercial: { login: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com', arm: 'https://management.azure.com' },
  'us-government-l4': {
    login: 'https://login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    arm: 'https://management.usgovcloudapi.net',
  },
  'us-government-l5': {
    login: 'https://login.microsoftonline.us',
    graph: 'https://dod-graph.microsoft.us',
    arm: 'https://management.usgovcloudapi.net',
  },
};

export function microsoftHosts(cloud: MicrosoftCloud): MicrosoftHosts {
  return hosts[cloud];
}

/**
 * The hosts with stand-ins in place of Microsoft's, for demo, sandbox and tests. Throws unless each is an http origin on
 * loopback: nobody's credential can be sent elsewhere by way of this setting.
 */
export function standInHosts(standIns: MicrosoftHosts): MicrosoftHosts {
  for (const [name, address] of Object.entries(standIns)) {
    const url = new URL(String(address));
    const loopback = url.hostname === '127.0.0.1' || url.hostname === '[::1]' || url.hostname === 'localhost';
    if (!loopback || url.origin !== address)
      throw new Error(`the stand-in for Microsoft's ${name} host must be an origin on loopback, not ${address}`);
  }
  return standIns;
}

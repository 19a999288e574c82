import { refuse } from '../kernel/index.ts';
import { type MicrosoftCloud, microsoftClouds, type OutboundHttp } from '../platform/index.ts';
import { readOnly } from './allowed-read.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { type JsonObject, parseJsonObject, textAt } from './json-shape.ts';

/** What people call the clouds, and what they mistake for each other. */
const nameOf: Readonly<Record<MicrosoftCloud, string>> = {
  commercial: 'the commercial cloud, which GCC belongs to',
  'us-government-l4': 'US Government L4 (GCC High)',
  'us-government-l5': 'US Government L5 (DoD)',
};

/**
 * The clouds that a tenant may live in by its own OpenID metadata (microsoft-graph §1.1): one where it says enough, two where it only says
 * "US Government", none in a cloud that is not supported; undefined where it says nothing.
 */
export function cloudsOf(metadata: JsonObject): readonly MicrosoftCloud[] | undefined {
  const instance = textAt(metadata, 'cloud_instance_name');
  if (instance === undefined) return undefined;
  if (instance === 'microsoftonline.com') return ['commercial'];
  if (instance !== 'microsoftonline.us') return [];
  const part = textAt(metadata, 'tenant_region_sub_scope');
  if (part === 'DOD') return ['us-government-l5'];
  return part === 'DODCON' ? ['us-government-l4'] : ['us-government-l4', 'us-government-l5'];
}

type Answer =
  | { readonly kind: 'told'; readonly clouds: readonly MicrosoftCloud[] }
  /** The login host knows no such tenant. */
  | { readonly kind: 'unknown-tenant' }
  | { readonly kind: 'silent' };

const METADATA_MAX_BYTES = 256 * 1024;
const TIMEOUT_MS = 10_000;

/**
 * Asks the tenant itself in which cloud it lives, without any credential. True: in this one. False: it could not be asked, and nothing
 * is known. Throws DomainError `invalid-request`, which names the right cloud, when it lives in another one, and when no cloud knows it.
 */
export async function isConfirmedCloud(
  { outbound, hostsOf }: Pick<DirectoryDeps, 'outbound' | 'hostsOf'>,
  { cloud, tenantId }: { readonly cloud: MicrosoftCloud; readonly tenantId: string },
): Promise<boolean> {
  const askAt = (where: MicrosoftCloud) => ask(readOnly(outbound, hostsOf(where)), `${hostsOf(where).login}/${tenantId}`);
  const here = await askAt(cloud);
  if (here.kind === 'told') return judge(cloud, here.clouds);
  if (here.kind === 'silent') return false;
  const elsewhere = microsoftClouds.filter((other) => hostsOf(other).login !== hostsOf(cloud).login);
  const answers = new Map<string, Answer>();
  for (const other of elsewhere) {
    const { login } = hostsOf(other);
    const answer = answers.get(login) ?? (await askAt(other));
    answers.set(login, answer);
    if (answer.kind === 'told') return judge(cloud, answer.clouds);
  }
  if ([...answers.values()].some(({ kind }) => kind === 'silent')) return false;
  return refuse('invalid-request', { detail: 'No Microsoft cloud knows a tenant with this id.', next: 'Check "tenantId".' });
}

function judge(cloud: MicrosoftCloud, clouds: readonly MicrosoftCloud[]): boolean {
  if (clouds.includes(cloud)) return clouds.length === 1;
  const [right] = clouds;
  if (right === undefined) {
    return refuse('invalid-request', { detail: 'The tenant lives in a Microsoft cloud that is not supported.' });
  }
  return refuse('invalid-request', {
    detail: `The tenant lives in ${clouds.map((one) => nameOf[one]).join(' or ')}, not in ${nameOf[cloud]}.`,
    next: `Use "cloud": "${right}".`,
  });
}

async function ask(outbound: OutboundHttp, tenant: string): Promise<Answer> {
  const url = `${tenant}/v2.0/.well-known/openid-configuration`;
  try {
    const response = await outbound.fetch(url, {
      headers: { accept: 'application/json' },
      maxBytes: METADATA_MAX_BYTES,
      timeoutMs: TIMEOUT_MS,
    });
    const body = parseJsonObject(await response.text());
    if (response.status === 400 && body !== undefined && textAt(body, 'error') !== undefined) return { kind: 'unknown-tenant' };
    const clouds = response.status === 200 && body !== undefined ? cloudsOf(body) : undefined;
    return clouds === undefined ? { kind: 'silent' } : { kind: 'told', clouds };
  } catch {
    // Whatever keeps us from asking, it is no answer about the tenant.
    return { kind: 'silent' };
  }
}

import { installJobs } from '../../src/jobs/index.ts';
import { SECOND_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import {
  anchorDueTask,
  anchorRoutes,
  type AnchorSettings,
  anchorTask,
  type Checkpoint,
  logOrigin,
  type Witness,
} from '../../src/ledger/index.ts';
import { createOutboundHttp, createSecretBox, type OutboundHttp } from '../../src/platform/index.ts';
import { parseCosigner } from '../../src/tlog/index.ts';
import { recordingLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { type StandInWitness, standInWitness } from '../support/stand-in-witness.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

/** Ledgers beside two witnesses, Ann and Bob, over HTTP. */
export interface WitnessWorld {
  readonly fixture: LedgerFixture;
  drop(): Promise<void>;
  /** A new ledger with a checkpoint, which two new witnesses know, and are to be asked about. */
  open(): Promise<WitnessedLedger>;
}

export interface WitnessedLedger {
  readonly ann: StandInWitness;
  readonly bob: StandInWitness;
  readonly workspaceId: WorkspaceId;
  readonly origin: string;
  readonly log: ReturnType<typeof recordingLog>;
  vkeyOf(generation: number): string;
  /** Has more records sequenced and signed. */
  seal(count?: number): Promise<Checkpoint>;
  /** Looks what is due, by other settings than the two witnesses, where they are given. */
  lookForDue(witnesses?: readonly Witness[]): Promise<void>;
  /** Has a witness asked, a second after what was before, so that anchors have an order. */
  anchor(witness: StandInWitness, more?: { readonly outbound?: OutboundHttp; readonly witnesses?: readonly Witness[] }): Promise<void>;
  get(path: string): Promise<Record<string, unknown>>;
  placeOf(witness: StandInWitness): Promise<Record<string, unknown>>;
  anchors(): Promise<readonly { readonly id: string; readonly size: number }[]>;
  /** The outbound client, which reaches the two witnesses alone. */
  readonly outbound: OutboundHttp;
  close(): Promise<void>;
}

const secretBox = createSecretBox(Buffer.alloc(32, 7));
const running = { signal: new AbortController().signal };

export function witnessOf({ url, vkey }: StandInWitness): Witness {
  const cosigner = parseCosigner(vkey);
  if (cosigner === undefined) throw new Error('the stand-in has no key of a witness');
  return { cosigner, url: `${url}/` };
}

export async function witnessWorld(): Promise<WitnessWorld> {
  const fixture = await ledgerFixture();
  await installJobs(fixture.test.ownerUrl);
  return { fixture, drop: () => fixture.drop(), open: () => open(fixture) };
}

async function open(fixture: LedgerFixture): Promise<WitnessedLedger> {
  const { clock, signer, test } = fixture;
  const { database } = test;
  const [ann, bob] = [await standInWitness({ clock, name: 'ann.example/w' }), await standInWitness({ clock, name: 'bob.example/w' })];
  const workspaceId = await fixture.open();
  const log = recordingLog();
  const both = [ann, bob].map(witnessOf);
  const settings: AnchorSettings = { tsaUrl: undefined, tsaRoots: undefined, directory: undefined, witnesses: both, everyMinutes: 60 };
  const outbound = createOutboundHttp({ allowedOrigins: [ann.url, bob.url] });
  const deps = { database, clock, outbound, secretBox, settings, shelf: undefined, log };
  const api: LoopbackServer = await administrationServer({ clock, workspaceId, routers: [anchorRoutes(deps)] });
  const get = async (path: string) => (await (await fetch(`${api.url}${path}`)).json()) as Record<string, unknown>;
  const ledger: WitnessedLedger = {
    ann,
    bob,
    workspaceId,
    origin: logOrigin(workspaceId),
    log,
    outbound,
    vkeyOf: (generation) => signer.forOrigin(logOrigin(workspaceId, generation)).vkey,
    seal: async (count = 3) => {
      await fixture.write(count);
      await fixture.drain(fixture.integrator());
      return await fixture.integrator().settle(workspaceId);
    },
    lookForDue: (witnesses = both) => anchorDueTask({ ...deps, settings: { ...settings, witnesses } }).run(undefined, running),
    anchor: async ({ vkey }, { witnesses = both, ...more } = {}) => {
      clock.advance(SECOND_MS);
      const task = anchorTask({ ...deps, ...more, settings: { ...settings, witnesses } });
      await task.run({ workspaceId, kind: 'witness', place: vkey }, running);
    },
    get,
    placeOf: async ({ vkey }) =>
      ((await get('/ledger'))['places'] as readonly Record<string, unknown>[]).find(({ place }) => place === vkey) ?? {},
    anchors: async () => (await get('/ledger/anchors'))['anchors'] as readonly { readonly id: string; readonly size: number }[],
    close: async () => void (await Promise.all([api, ann, bob].map((server) => server.close()))),
  };
  await ledger.seal();
  for (const witness of [ann, bob]) witness.know(ledger.vkeyOf(1));
  await ledger.lookForDue();
  return ledger;
}

import { type Certificate, parseTlogProof, type TreeHead } from '../tlog/index.ts';
import type { EarlierSeal, SetAside } from '../verdict/index.ts';
import { type BundleFiles, readWhole } from './bundle-files.ts';
import { type CheckedAnchors, checkAnchors, type ProvenTime } from './check-anchors.ts';
import { type CheckedCosignatures, checkCosignatures, type Cosigning } from './check-cosignatures.ts';
import { withheldOf } from './check-disclosures.ts';
import { isSince } from './check-conclusion.ts';
import { checkFormat } from './check-format.ts';
import { checkFrozen } from './check-frozen.ts';
import { checkKeptCheckpoint } from './check-kept-checkpoint.ts';
import { type CheckedManifest, checkManifest, checkReportFiles, MANIFEST } from './check-manifest.ts';
import { type CheckedRecords, checkRecords, checkRoot, type WantedRecords } from './check-records.ts';
import { checkOscal } from './check-oscal.ts';
import { checkSeal } from './check-seal.ts';
import { checkTables, TABLES } from './check-tables.ts';
import { type CheckedVerdicts, checkVerdicts, REPORT, type ReportFacts } from './check-verdicts.ts';
import { isReadOneWay, type JsonObject, objectAt, parseJson } from './json-shape.ts';
import { earlierSteps } from './earlier-steps.ts';
import { attempt, guarded, type Problem, problem } from './problem.ts';
import { type BroughtAnchors, readAnchors, readLaterAnchors } from './read-anchors.ts';
import { type BundledLog, type ReadLog, readLog } from './read-log.ts';
import { type Recomputation, recomputeFindings } from './recompute-findings.ts';
import { counting, type Step, stepOf } from './step.ts';
import { type LedgerNotes, ledgerNotes, wantedRecords } from './wanted-records.ts';

export interface VerifyOptions {
  /** Keys that the reader got from somewhere else than the bundle. Without them a bundle can only vouch for itself. */
  readonly vkeys?: readonly string[];
  /** A checkpoint of the same ledger that the reader kept from before, verbatim. */
  readonly kept?: string;
  /** Certificates of time-stamping authorities that the reader trusts. Without them a stamp's signature is not checked. */
  readonly roots?: readonly Certificate[];
  /** Verifier keys of witnesses, from themselves: each must have cosigned a checkpoint of this ledger. */
  readonly witnesses?: readonly string[];
  /** What was handed over beside the bundle: anchors of later checkpoints. */
  readonly later?: readonly BundleFiles[];
  /** Derive each finding's inputs again from the records that it cites. */
  readonly recompute?: boolean;
}

export interface Verification {
  /** Nothing is wrong, and every value is shown or its erasure recorded. */
  readonly verified: boolean;
  /** In the order in which one leads to the next. */
  readonly steps: readonly Step[];
  /** Of all steps. */
  readonly problems: readonly Problem[];
  readonly keys: 'pinned' | 'from-bundle';
  /** What the reader did not ask, each by the option that asks it. */
  readonly notAsked: readonly string[];
  readonly log?: { readonly origin: string; readonly size: number; readonly root: string; readonly signedBy: readonly string[] };
  readonly report?: ReportFacts;
  /** When the ledger existed by somebody else's clock, up to which record. */
  readonly times: readonly ProvenTime[];
  /** Who cosigned it, up to which record, by the witnesses that the reader named. */
  readonly cosigned: readonly Cosigning[];
  /** How many checkpoints are signed by others besides, where the reader named no witness. */
  readonly uncheckedCosignatures: number;
  /** What the ledger says was sealed before over the report's period, in its order. */
  readonly earlierSeals: readonly EarlierSeal[];
  /** What was frozen over its period before it, and never sealed. */
  readonly setAside: readonly SetAside[];
  /** With `recompute`: what the verdicts rest on besides, in a line each. */
  readonly notRecomputed?: readonly string[];
}

/** `report.json`, once it could be read. */
interface ReadReport {
  readonly document?: JsonObject;
  readonly problems: readonly Problem[];
}

/**
 * Checks a bundle without trusting whoever made it: files against the manifest, the manifest against the record that seals
 * it, that record and all others against the signed tree, and every verdict against what was observed. Reads the ledger once, in pieces, and
 * remembers what the report speaks of, so that a long ledger takes time and not memory.
 * Never throws for what a bundle holds: everything that is wrong is a problem, and all of them are listed.
 */
export async function verifyBundle(files: BundleFiles, options: VerifyOptions = {}): Promise<Verification> {
  const pinned = options.vkeys ?? [];
  const manifest = await attempt<CheckedManifest>(MANIFEST, { problems: [] }, () => checkManifest(files));
  const report = await attempt<ReadReport>(REPORT, { problems: [] }, () => readReport(files));
  const { log, problems: logProblems } = await attempt<ReadLog>('log/', { log: undefined, problems: [] }, () => readLog(files, pinned));
  const notes = options.recompute === true ? ledgerNotes(report.document) : undefined;
  const records =
    log === undefined ? unread : await attempt('log/records.jsonl', unread, () => checkRecords(files, log, wantedOf(log, report, notes)));
  const { document } = report;
  const verdicts = await verdictsOf(report, records);
  const others = await otherFilesSteps(files, document);
  const anchors = await anchorSteps(files, log, options);
  const earlier = earlierSteps({ files, log, records, document, vkeys: pinned });
  const recomputed = recomputedSteps(document, records, notes);
  const steps: readonly Step[] = [
    { name: 'the bundle can be unpacked', problems: files.problems() },
    { name: `every file is the one in the manifest${counting(manifest.listed?.length, 'file')}`, problems: manifest.problems },
    ...reportFilesStep(document, manifest),
    { name: `the checkpoint is signed with ${keyOf(pinned)}`, problems: logProblems },
    hashesStep(log),
    ...anchors.steps,
    ...keptStep(
      log,
      options,
      anchors.placed.map(({ head }) => head),
    ),
    {
      name: `every record is the one that was sealed${counting(records.read, 'record')}`,
      problems: stepOf('log/records.jsonl', log, () => records.problems),
    },
    ...sealSteps(log, records, { manifest, document, isFinal: verdicts.facts?.kind === 'FINAL' }),
    ...earlier.steps,
    disclosedStep(log, records),
    { name: 'the report is of the format of its time', problems: formatProblems(document, log, records) },
    { name: `every verdict follows from what was observed${counting(verdicts.facts?.findings, 'finding')}`, problems: verdicts.problems },
    ...others,
    ...recomputed.steps,
  ];
  const problems = steps.flatMap((step) => step.problems);
  return {
    verified: problems.length === 0 && steps.every(({ notShown }) => notShown === undefined),
    steps,
    problems,
    keys: pinned.length > 0 ? 'pinned' : 'from-bundle',
    notAsked: notAskedOf(options),
    ...(log && {
      log: { origin: log.head.origin, size: log.head.size, root: Buffer.from(log.head.root).toString('base64'), signedBy: log.signedBy },
    }),
    ...(verdicts.facts && { report: verdicts.facts }),
    times: anchors.times,
    cosigned: anchors.cosigned,
    uncheckedCosignatures: anchors.unchecked,
    earlierSeals: earlier.seals,
    setAside: earlier.setAside,
    ...recomputed.left,
  };
}

/** Reports before the fifth format are not asked; what is not listed, or is not there, has been said. */
function reportFilesStep(report: JsonObject | undefined, { listed }: CheckedManifest): readonly Step[] {
  if (listed === undefined || report === undefined || !isSince(report['format'], 5)) return [];
  return [{ name: 'the manifest lists the files of a report, and no other', problems: checkReportFiles(listed) }];
}

/** That other files come to what the report comes to; of OSCAL, reports before the fifth format are not asked. */
async function otherFilesSteps(files: BundleFiles, report: JsonObject | undefined): Promise<readonly Step[]> {
  const { problems } = report === undefined ? { problems: [] } : await checkTables(files, report);
  return [
    { name: `every table says what the report says${counting(tableCount(files), 'table')}`, problems },
    ...(report !== undefined && isSince(report['format'], 5)
      ? [{ name: 'the OSCAL file comes to what the report comes to', problems: (await checkOscal(files, report)).problems }]
      : []),
  ];
}

/** A key that is in the bundle was put there by whoever made it. */
const BROUGHT_KEY = 'a key that came along, which says nothing of who';

function keyOf(pinned: readonly string[]): string {
  if (pinned.length === 0) return BROUGHT_KEY;
  return pinned.length === 1 ? 'the key that you gave' : 'a key that you gave';
}

function hashesStep(log: ReadLog['log']): Step {
  const name = `the leaf hashes add up to the signed root${counting(log?.head.size, 'hash')}`;
  return { name, problems: stepOf('log/leaf_hashes.bin', log, checkRoot) };
}

function sealSteps(
  log: ReadLog['log'],
  { byIndex }: CheckedRecords,
  {
    document,
    isFinal,
    manifest,
  }: { readonly document: JsonObject | undefined; readonly isFinal: boolean; readonly manifest: CheckedManifest },
): readonly Step[] {
  const sealed = { manifestSha256: manifest.sha256, report: document };
  return [
    {
      name: 'the manifest is the one that was sealed',
      problems: stepOf('log/seal.tlog-proof', log, (it) => checkSeal(it, byIndex, sealed)),
    },
    ...(document !== undefined && isFinal
      ? [{ name: 'the report says what was frozen', problems: stepOf(REPORT, log, () => checkFrozen(document, byIndex)) }]
      : []),
  ];
}

function tableCount({ paths }: BundleFiles): number {
  return paths.filter((path) => TABLES.includes(path)).length;
}

function notAskedOf({ kept, recompute = false, roots, vkeys = [], witnesses = [] }: VerifyOptions): readonly string[] {
  return [
    ...(vkeys.length > 0 ? [] : ['--vkey: whether the ledger is signed with the key that you were given']),
    ...(kept === undefined ? ['--prev: whether the ledger goes on from a checkpoint that you kept'] : []),
    ...(roots === undefined ? ['--tsa-ca: whether an authority that you trust signed when it existed'] : []),
    ...(witnesses.length > 0 ? [] : ['--witness: whether a witness that you know cosigned it']),
    ...(recompute ? [] : ['--recompute: whether the report says what the records say']),
  ];
}

const unread: CheckedRecords = {
  read: 0,
  byIndex: new Map(),
  ids: new Set(),
  problems: [],
  disclosures: { values: { digests: 0, shown: 0, erased: 0 }, problems: [] },
};

async function readReport(files: BundleFiles): Promise<ReadReport> {
  if (!files.paths.includes(REPORT)) return { problems: [problem('missing-file', `${REPORT} is missing`)] };
  const bytes = await readWhole(files, REPORT);
  const document = objectAt(parseJson(bytes), REPORT);
  return { document, problems: isReadOneWay(document, bytes) ? [] : [problem('malformed', `${REPORT} can be read in more than one way`)] };
}

function formatProblems(document: JsonObject | undefined, log: ReadLog['log'], { byIndex }: CheckedRecords): readonly Problem[] {
  if (document === undefined) return []; // has been said
  return stepOf(REPORT, log, ({ seal }) => checkFormat(document, { records: byIndex.values(), seal: parseTlogProof(seal)?.index }));
}

/** Whoever has a bundle on its way can take lines out of the file without a key, so those that should be there are counted. */
function disclosedStep(log: ReadLog['log'], { disclosures: { problems, values } }: CheckedRecords): Step {
  const { digests, erased, shown } = values;
  const counted = `${shown} of ${digests} values shown; the ledger records the erasure of ${erased}`;
  const withheld = withheldOf(values);
  return {
    name: `disclosed values are those of the records: ${counted}`,
    problems: stepOf('log/disclosures.jsonl', log, () => problems),
    ...(withheld > 0 && {
      notShown: `${withheld} of ${digests} values ${withheld === 1 ? 'is' : 'are'} not in log/disclosures.jsonl, and no record up to the checkpoint tells of their erasure`,
    }),
  };
}

async function verdictsOf({ document, problems }: ReadReport, { ids }: CheckedRecords): Promise<CheckedVerdicts> {
  if (document === undefined) return { problems };
  const checked = await attempt<CheckedVerdicts>(REPORT, { problems: [] }, () => checkVerdicts(document, ids));
  return { ...checked, problems: [...problems, ...checked.problems] };
}

function wantedOf(log: BundledLog, { document }: ReadReport, notes: LedgerNotes | undefined): WantedRecords {
  return wantedRecords(document, { notes, seal: parseTlogProof(log.seal)?.index });
}

/** Only where the reader kept a checkpoint: without one, nothing says what the ledger was before. */
function keptStep(log: ReadLog['log'], { kept, vkeys = [] }: VerifyOptions, later: readonly TreeHead[]): readonly Step[] {
  if (kept === undefined) return [];
  const problems = stepOf('the checkpoint that you kept', log, (it) =>
    checkKeptCheckpoint(it, kept, { vkeys: vkeys.length > 0 ? vkeys : it.signedBy, later }),
  );
  return [{ name: 'the checkpoint that you kept is the beginning of this ledger', problems }];
}

interface AnchorSteps extends Pick<CheckedAnchors, 'placed' | 'times'>, Pick<CheckedCosignatures, 'cosigned' | 'unchecked'> {
  readonly steps: readonly Step[];
}

const noAnchors: AnchorSteps = { steps: [], placed: [], times: [], cosigned: [], unchecked: 0 };

/** Where anchors came along; and where the reader named roots or witnesses, since a signature that is not there must not pass for one that holds. */
async function anchorSteps(files: BundleFiles, log: ReadLog['log'], options: VerifyOptions): Promise<AnchorSteps> {
  const { later = [], roots, witnesses = [] } = options;
  const none = { anchors: [], problems: [] };
  const brought = [await attempt<BroughtAnchors>('anchors/', none, () => readAnchors(files))];
  for (const each of later) brought.push(await attempt<BroughtAnchors>('the file given with --anchor', none, () => readLaterAnchors(each)));
  const anchors = brought.flatMap((each) => each.anchors);
  const problems = brought.flatMap((each) => each.problems);
  if (anchors.length + problems.length + later.length + witnesses.length === 0 && roots === undefined) return noAnchors;
  let checked: CheckedAnchors = { misplaced: [], refuted: [], placed: [], times: [] };
  const placing = stepOf('anchors/', log, (it) => {
    checked = checkAnchors(it, anchors, roots);
    return checked.misplaced;
  });
  const missing = anchors.some(({ stamp }) => stamp !== undefined) ? [] : [problem('time-stamp', 'there is no time stamp to be verified')];
  const signed = { name: 'every time stamp is signed under the roots given', problems: [...checked.refuted, ...missing] };
  const { step: cosignedStep, ...cosignatures } = cosignedStepOf(log, checked.placed, witnesses);
  return {
    steps: [
      { name: 'every anchor is a checkpoint of this ledger', problems: [...problems, ...placing] },
      ...(roots === undefined ? [] : [signed]),
      ...(witnesses.length === 0 ? [] : [cosignedStep]),
    ],
    placed: checked.placed,
    times: checked.times,
    ...cosignatures,
  };
}

function cosignedStepOf(log: ReadLog['log'], placed: CheckedAnchors['placed'], witnesses: readonly string[]) {
  let checked: CheckedCosignatures = { problems: [], cosigned: [], unchecked: 0 };
  const problems = stepOf('anchors/', log, (it) => {
    checked = checkCosignatures(it, placed, witnesses);
    return checked.problems;
  });
  const isDirect = checked.cosigned.every(({ through }) => through === undefined);
  const what = isDirect ? 'this ledger' : 'this ledger, or the meta-log that holds it';
  const step: Step = { name: `every witness given has cosigned ${what}`, problems };
  return { step, cosigned: checked.cosigned, unchecked: checked.unchecked };
}

interface RecomputedSteps {
  readonly steps: readonly Step[];
  readonly left: Pick<Verification, 'notRecomputed'>;
}

/** Where it was asked for, a step for each kind of thing that is derived from the records, with how many of them held. */
function recomputedSteps(report: JsonObject | undefined, records: CheckedRecords, notes: LedgerNotes | undefined): RecomputedSteps {
  if (notes === undefined || report === undefined) return { steps: [], left: {} }; // that the report is missing has been said
  let done: Recomputation = { parts: [], notRecomputed: [] };
  const broken = guarded(REPORT, () => {
    done = recomputeFindings(report, { records: [...records.byIndex.values()], ...notes });
    return [];
  });
  if (broken.length > 0) return { steps: [{ name: 'recomputed: nothing', problems: broken }], left: {} };
  return {
    steps: done.parts.map(({ name, held, of, problems }) => ({ name: `recomputed: ${held} of ${of} ${name}`, problems })),
    left: { notRecomputed: done.notRecomputed },
  };
}

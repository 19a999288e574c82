import { parseTlogProof } from '../tlog/index.ts';
import type { EarlierSeal, SetAside } from '../verdict/index.ts';
import type { BundleFiles } from './bundle-files.ts';
import { type CheckedContinuity, checkContinuity } from './check-continuity.ts';
import { checkEarlierSeals, checkSetAside, earlierSealsOf, sealsBefore, setAsideOf, tellsEarlierSeals } from './check-earlier-seals.ts';
import { CONTINUITY_FILES } from './check-manifest.ts';
import { isSince } from './check-conclusion.ts';
import type { CheckedRecords } from './check-records.ts';
import type { JsonObject } from './json-shape.ts';
import { problem } from './problem.ts';
import type { BundledLog } from './read-log.ts';
import { counting, type Step, stepOf } from './step.ts';

interface Bundle {
  readonly files: BundleFiles;
  readonly log: BundledLog | undefined;
  readonly records: CheckedRecords;
  readonly document: JsonObject | undefined;
  /** The keys that the reader was given. */
  readonly vkeys: readonly string[];
}

/** What is found of the reports that were sealed before this one. */
export interface EarlierSteps {
  /** Over its period, in the ledger's order. */
  readonly seals: readonly EarlierSeal[];
  /** Frozen over its period, and never sealed. */
  readonly setAside: readonly SetAside[];
  readonly steps: readonly Step[];
}

/** The reports before it, for those that have to tell of them; and the checkpoint of the one before, where it came along or has to. */
export function earlierSteps(bundle: Bundle): EarlierSteps {
  const { document } = bundle;
  const told = document !== undefined && tellsEarlierSeals(document) ? namedStep(bundle, document) : { seals: [], setAside: [], steps: [] };
  return { ...told, steps: [...told.steps, ...continuitySteps(bundle)] };
}

/** Of a report of which nobody knows its place in the ledger, nobody knows what came before it. */
function namedStep({ log, records: { byIndex } }: Bundle, document: JsonObject): EarlierSteps {
  let seals: readonly EarlierSeal[] = [];
  let setAside: readonly SetAside[] = [];
  const problems = stepOf('report.json', log, ({ seal }) => {
    const index = parseTlogProof(seal)?.index;
    if (index === undefined) return []; // has been said
    seals = earlierSealsOf(document, byIndex, index);
    setAside = setAsideOf(document, byIndex, index);
    return [...checkEarlierSeals(document, seals), ...checkSetAside(document, setAside)];
  });
  const [what, one] = isSince(document['format'], 5) ? ['sealed, or frozen and never sealed,', 'report'] : ['sealed', 'seal'];
  const name = `the report names what was ${what} before it over its period${counting(seals.length + setAside.length, one)}`;
  return { seals, setAside, steps: [{ name, problems }] };
}

function continuitySteps({ document, files, log, records, vkeys }: Bundle): readonly Step[] {
  const index = log === undefined ? undefined : parseTlogProof(log.seal)?.index;
  if (log === undefined || index === undefined) return []; // has been said
  const before = sealsBefore(records.byIndex, index).at(-1);
  const missing = CONTINUITY_FILES.filter((path) => !files.paths.includes(path));
  if (missing.length === CONTINUITY_FILES.length && (before === undefined || document === undefined || !tellsEarlierSeals(document)))
    return [];
  let checked: CheckedContinuity = { problems: missing.map((path) => problem('missing-file', `${path} is missing`)) };
  const { continuity } = log;
  const problems = stepOf('log/prev-checkpoint', log, () => {
    if (continuity !== undefined)
      checked = checkContinuity(log, continuity, { sealBefore: before?.index, vkeys: vkeys.length > 0 ? vkeys : log.signedBy });
    return checked.problems;
  });
  const by = checked.isSigned === false ? ', signed with none of the keys at hand: hold it against log/checkpoint of that bundle' : '';
  return [{ name: `the ledger goes on from the checkpoint of the report before${counting(checked.size, 'record')}${by}`, problems }];
}

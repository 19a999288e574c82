import { earliest, type Instant, latest } from '../kernel/index.ts';
import { type DirectorySighting, directoryStretch, directoryStretches, isShown, type Reading } from './account-stretches.ts';
import { judgesSince, type RuleEdition } from './decide.ts';
import type { InstantRange } from './end-interval.ts';
import { type MayBeBack, type ObservedWindow, observedWindow, type Stretch, type WindowInstants } from './observed-window.ts';

/**
 * The window in which a directory account's access ended, by what was seen of it up to `until`. One that was disabled before the end and vanished before it may have been
 * enabled out of sight: nothing says that it was unusable when the employment ended (I8, I10). So may one that was found off again after that, and one that was restored:
 * what is proven then is the window that holds either way, with the other one beside it. Reports up to format 4 looked at neither, nor at when anybody had looked.
 */
export function directoryWindow(
  sightings: readonly DirectorySighting[],
  end: InstantRange,
  { edition = 'present', ...given }: Reading & { readonly edition?: RuleEdition },
): ObservedWindow {
  const reading = judgesSince(edition, 5) ? given : { ...given, looks: undefined };
  const window = windowBy(sightings, directoryStretches(leftAsItWas(sightings), reading.confirmedUntil), { end, reading });
  const { firstProvenUnusable: ended } = window;
  if (!judgesSince(edition, 5) || ended === null) return window;
  const stretches = doubtedStretches(sightings, end, reading.confirmedUntil);
  const doubt = stretches.find(({ because, from }) => because !== undefined && from >= ended && from <= reading.until);
  if (doubt?.because === undefined) return window;
  const eitherWay = windowBy(sightings, stretches, { end, reading });
  if (isSame(eitherWay, window)) return window;
  const { lastProvenUsable, firstProvenUnusable, provenUsableAgain } = window;
  return {
    ...eitherWay,
    mayBeBack: { because: doubt.because, since: doubt.from, lastProvenUsable, firstProvenUnusable, provenUsableAgain },
  };
}

function isSame(a: WindowInstants, b: WindowInstants): boolean {
  return (
    a.lastProvenUsable === b.lastProvenUsable &&
    a.firstProvenUnusable === b.firstProvenUnusable &&
    a.provenUsableAgain === b.provenUsableAgain
  );
}

function windowBy(
  sightings: readonly DirectorySighting[],
  stretches: readonly Stretch[],
  { end, reading }: { readonly end: InstantRange; readonly reading: Reading },
): ObservedWindow {
  const window = observedWindow(stretches, end, reading);
  const wasSeenSince = stretches.some(({ from, to, usable }) => usable !== null && latest(from, to) >= end.latest);
  return sightings.at(-1)?.state === 'vanished' && !wasSeenSince ? { ...window, firstProvenUnusable: null } : window;
}

/** As if being restored had enabled no account: what was off before went on. */
function leftAsItWas(sightings: readonly DirectorySighting[]): readonly DirectorySighting[] {
  const left: DirectorySighting[] = [];
  for (const [index, sighting] of sightings.entries()) {
    const before = left.at(-1);
    const restored = sightings[index - 1];
    // A doubt with an end of its own lies within one sighting, which goes on after it.
    const isRest = restored?.state === 'restored' && restored.to !== null && sighting.state !== 'enabled';
    if (isRest && before !== undefined) left[left.length - 1] = { ...before, to: sighting.to };
    else if (sighting.state !== 'restored') left.push(sighting);
  }
  return left;
}

type Doubted = Stretch & Partial<Pick<MayBeBack, 'because'>>;

/** The stretches, with those in which the account may have been either: since it was restored, and while it had vanished over the end of the employment. */
function doubtedStretches(sightings: readonly DirectorySighting[], end: InstantRange, confirmedUntil: Instant): readonly Doubted[] {
  const hiding = hidingEnd(sightings, end, confirmedUntil);
  return sightings.flatMap((sighting, index): readonly Doubted[] => {
    const { from, isToldEnabled = false, state } = sighting;
    if (state === 'restored') return [{ usable: null, from, to: from, because: isToldEnabled ? 'enabled' : 'restored' }];
    if (state === 'vanished') return hiding.includes(sighting) ? [{ usable: null, from, to: from, because: 'vanished' }] : [];
    const stretch = directoryStretch(sighting, confirmedUntil);
    const next = sightings[index + 1];
    return [next?.state === 'restored' ? { ...stretch, to: earliest(stretch.to, next.from) } : stretch];
  });
}

/** When an account had vanished that was off before the end and not seen again until after it. That it was restored meanwhile shows nothing of it. */
function hidingEnd(sightings: readonly DirectorySighting[], end: InstantRange, confirmedUntil: Instant): readonly DirectorySighting[] {
  const seen = leftAsItWas(sightings);
  return seen.filter((sighting, index) => {
    if (sighting.state !== 'vanished') return false;
    const before = seen.slice(0, index).findLast(isShown);
    const next = seen.slice(index + 1).find(isShown);
    if (before === undefined || next === undefined || before.state === 'enabled' || next.from <= end.earliest) return false;
    const { from, to } = directoryStretch(before, confirmedUntil);
    return latest(from, to) < end.latest;
  });
}

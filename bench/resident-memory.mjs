import { readFileSync, writeFileSync } from 'node:fs';

const KIBIBYTES_PER_MEBIBYTE = 1024;

/** Linux' word for "forget the highest resident size so far" (proc(5), clear_refs). */
const FORGET_PEAK = '5';

/** Whether this system tells how much memory a process has held at the most since we asked last. */
export const hasResidentPeak = forgetPeak(process.pid);

/** Begins anew: from now on the peak is that of what follows, and not that of seeding. */
export function forgetPeak(pid) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, FORGET_PEAK);
    return true;
  } catch {
    return false;
  }
}

/** The most memory that the process has held since `forgetPeak`, in MiB; NaN where the system does not tell. */
export function peakOf(pid) {
  if (!hasResidentPeak) return Number.NaN;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kibibytes) / KIBIBYTES_PER_MEBIBYTE;
}

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Whether this system tells what a process has burnt. Where it does not, the columns of processor time stay empty. */
export const hasProcessorTime = process.platform === 'linux' && existsSync('/proc/self/stat');

const TICKS_PER_SECOND = hasProcessorTime ? Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) : 1;
const MICROSECONDS_PER_TICK = 1_000_000 / TICKS_PER_SECOND;

/** Microseconds of processor time, user and system, that each of the processes has used so far; none for one that has ended. */
export function timesOf(pids) {
  return new Map(hasProcessorTime ? pids.flatMap((pid) => timeOf(pid)) : []);
}

/** How much more the later reading says, over all processes in it. A process that was born in between counts from its birth. */
export function spentBetween(earlier, later) {
  return [...later].reduce((sum, [pid, time]) => sum + time - (earlier.get(pid) ?? 0), 0);
}

/** Microseconds that all processors of the machine were busy so far. */
export function machineTime() {
  if (!hasProcessorTime) return 0;
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) * MICROSECONDS_PER_TICK;
}

function timeOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // the name before it may hold spaces
    return [[pid, (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK]];
  } catch {
    return []; // it has ended
  }
}

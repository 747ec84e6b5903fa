/**
 * Time of the processor instead of the clock: it stands still while others have the core.
 *
 * *Source:* none. *Deviations:* none.
 */

/** Milliseconds of processor time that this process has used. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Milliseconds of processor time that `work` takes. */
export const cpuMsOf = (work: () => void): number => {
  const start = cpuMs()
  work()
  return cpuMs() - start
}

/** Repeats `work` until it has had so much processor time: optimising compilers need some. */
export const warmUp = (work: () => void, milliseconds: number): void => {
  for (const end = cpuMs() + milliseconds; cpuMs() < end; ) work()
}

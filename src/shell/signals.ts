/**
 * Ctrl-C and its relatives: the first asks the run to stop in good order, the second ends the process at once.
 *
 * *Source:* POSIX convention that a process ended by SIGINT exits with 128 + 2. *Deviations:* every signal gives 130, so that
 * scripts have one code for "interrupted, can be resumed".
 */

/** Exit code of an interrupted run. */
export const EXIT_INTERRUPTED = 130

/** Whether the user asked to stop, and who wants to hear of it. `dispose` takes the handlers away again. */
export type Interruption = Readonly<{ requested(): boolean; onRequest(listener: () => void): void; dispose(): void }>

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Listens for signals until `dispose`; `announce` is called once, with the name of the first signal. */
export const interruption = (announce: (signal: string) => void): Interruption => {
  const listeners: (() => void)[] = []
  let requested = false
  const handle = (signal: string): void => {
    if (requested) process.exit(EXIT_INTERRUPTED)
    requested = true
    announce(signal)
    listeners.forEach((listener) => listener())
  }
  SIGNALS.forEach((signal) => process.on(signal, handle))
  return {
    requested: () => requested,
    onRequest: (listener) => {
      if (requested) listener()
      else listeners.push(listener)
    },
    dispose: () => SIGNALS.forEach((signal) => process.off(signal, handle)),
  }
}

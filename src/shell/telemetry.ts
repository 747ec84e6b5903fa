/**
 * Where the time went: one line per learner step with seconds, memory and worker crashes.
 *
 * Telemetry is never compared and never digested; a run is the same run on a slower machine.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import type { Launches } from '../core/backend.ts'
import type { Part, StepTelemetry } from '../run/record.ts'

/** A stopwatch over the parts of a step. `now` is a monotonic clock in seconds. */
export type Stopwatch = Readonly<{
  /** Runs `work` and books its time on `part`. */
  time<T>(part: Part, work: () => T): T
  /** Awaits `work` and books its time on `part`. */
  timeAsync<T>(part: Part, work: () => Promise<T>): Promise<T>
  /** Closes the step: its line, with everything since the last call. `envSteps` and `launches` count all so far. */
  lap(step: number, envSteps: number, crashes: number, launches?: Launches): StepTelemetry
}>

const MIB = 1_048_576

/** What is in `now` and was not yet in `before`; a backend that was opened anew counts from 0. */
const since = (before: Launches, now: Launches): Launches =>
  Object.fromEntries(
    Object.entries(now)
      .map(([name, count]) => [name, count - Math.min(count, before[name] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  )

const rounded = (value: number): number => Number(value.toPrecision(5))

/** A stopwatch that starts now; `envSteps` is the count at the start. */
export const stopwatch = (envStepsAtStart: number, now: () => number, rssBytes: () => number): Stopwatch => {
  const start = now()
  let lapStart = start
  let lapEnvSteps = envStepsAtStart
  let lapLaunches: Launches = {}
  let parts: Record<Part, number> = { evaluation: 0, absorb: 0, record: 0 }
  return {
    time: (part, work) => {
      const from = now()
      try {
        return work()
      } finally {
        parts[part] += now() - from
      }
    },
    timeAsync: async (part, work) => {
      const from = now()
      try {
        return await work()
      } finally {
        parts[part] += now() - from
      }
    },
    lap: (step, envSteps, crashes, launches = {}) => {
      const end = now()
      const seconds = Math.max(end - lapStart, 1e-9)
      const line: StepTelemetry = {
        type: 'step',
        step,
        elapsed: rounded(end - start),
        seconds: rounded(seconds),
        share: { evaluation: rounded(parts.evaluation / seconds), absorb: rounded(parts.absorb / seconds), record: rounded(parts.record / seconds) },
        envSteps: envSteps - lapEnvSteps,
        envStepsPerSecond: rounded((envSteps - lapEnvSteps) / seconds),
        rssMiB: rounded(rssBytes() / MIB),
        crashes,
        ...(Object.keys(launches).length === 0 ? {} : { launches: since(lapLaunches, launches) }),
      }
      lapStart = end
      lapEnvSteps = envSteps
      lapLaunches = launches
      parts = { evaluation: 0, absorb: 0, record: 0 }
      return line
    },
  }
}

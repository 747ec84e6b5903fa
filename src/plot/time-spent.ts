/**
 * Where the time went, read from telemetry: seconds by part, and env steps per second over the run.
 *
 * Telemetry comes from a file that nothing vouches for: lines that are not what they should be are passed over. Steps that were made
 * again after an interruption cost their time again and are counted again.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */

/** The parts of a step's time, in the order in which they are drawn. */
export const TIME_PARTS = ['evaluation', 'state machine', 'record', 'other'] as const

/** `seconds` by part [TIME_PARTS]; `rates` are env steps per second by finished learner steps. */
export type TimeSpent = Readonly<{
  seconds: readonly number[]
  total: number
  envSteps: number
  rates: readonly Readonly<{ step: number; rate: number }>[]
  peakMiB: number
  crashes: number
  sessions: number
  workers: number
}>

type Line = Readonly<Record<string, unknown>>

const isLine = (value: unknown): value is Line => typeof value === 'object' && value !== null

/** An amount, which is a finite number and never negative; 0 for anything else. */
const amountOf = (value: unknown): number => (typeof value === 'number' && value >= 0 && value < Infinity ? value : 0)

const partsOf = (line: Line): readonly number[] => {
  const seconds = amountOf(line.seconds)
  const share = isLine(line.share) ? line.share : {}
  const known = [share.evaluation, share.absorb, share.record].map((part) => amountOf(part) * seconds)
  return [...known, Math.max(0, seconds - known[0] - known[1] - known[2])]
}

/** What the telemetry of one run says; null where it has no step. */
export const timeSpentOf = (telemetry: readonly unknown[]): TimeSpent | null => {
  const lines = telemetry.filter(isLine)
  const steps = lines.filter(({ type }) => type === 'step')
  const sessions = lines.filter(({ type }) => type === 'session')
  if (steps.length === 0) return null
  const parts = steps.map(partsOf)
  const rates = new Map(steps.map((line) => [amountOf(line.step), amountOf(line.envStepsPerSecond)] as const))
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  return {
    seconds: TIME_PARTS.map((_, i) => sum(parts.map((part) => part[i]))),
    total: sum(steps.map(({ seconds }) => amountOf(seconds))),
    envSteps: sum(steps.map(({ envSteps }) => amountOf(envSteps))),
    rates: [...rates].sort(([a], [b]) => a - b).map(([step, rate]) => ({ step, rate })),
    peakMiB: Math.max(...steps.map(({ rssMiB }) => amountOf(rssMiB))),
    crashes: Math.max(...steps.map(({ crashes }) => amountOf(crashes))),
    sessions: Math.max(1, sessions.length),
    workers: amountOf(sessions.at(-1)?.workers),
  }
}

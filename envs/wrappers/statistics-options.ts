/**
 * Options that wrappers with running statistics share: which statistics, and how a number is divided and clipped by them.
 *
 *     x' = clip((x − centre)/√(M₂/count + ε), ±clip)
 *
 * *Source:* OpenAI baselines, `VecNormalize`: ε = 10⁻⁸, clip ±10, with which EPGT's program runs (Le et al. 2021, arXiv 2112.01853).
 * *Deviations:* none.
 */
import { emptyMoments } from '../../src/core/moments.ts'
import { refusal, rejectAll, type Refusal } from '../../src/core/rejection.ts'

/**
 * `epsilon` > 0 is added to a variance; `clip` > 0 bounds the result (Infinity: not at all). Statistics are `[count, mean (O), M₂ (O)]`.
 * `start`: what the statistics of a fresh episode begin with, null for nothing. `frozen`: what is divided by in place of the running
 * statistics, which then are only gathered; null for none.
 */
export type StatisticsOptions = Readonly<{ epsilon: number; clip: number; start: Float64Array | null; frozen: Float64Array | null }>

export const statisticsDefaults: StatisticsOptions = { epsilon: 1e-8, clip: 10, start: null, frozen: null }

const momentsText = '[count, means …, sums of squared deviations …]'

/** What is wrong with statistics of vectors of length `size` (null: of any length). */
const momentsProblems = (path: string, moments: ArrayLike<unknown> | null, size: number | null): readonly Refusal[] => {
  if (moments === null) return []
  const entries = Array.from(moments)
  const expected = size === null ? `${momentsText}: finite numbers` : `${1 + 2 * size} finite numbers ${momentsText}`
  const wrongLength = size === null ? entries.length < 3 || entries.length % 2 === 0 : entries.length !== 1 + 2 * size
  if (wrongLength || !entries.every(Number.isFinite)) return [refusal(path, expected, entries)]
  const spread = entries.slice((entries.length + 1) / 2)
  return [entries[0], ...spread].every((entry) => (entry as number) >= 0) ? [] : [refusal(path, 'a count and sums of squares that are not negative', entries)]
}

/** What is wrong with the numbers among `options`. */
export const scalingProblems = ({ epsilon, clip }: Pick<StatisticsOptions, 'epsilon' | 'clip'>): readonly Refusal[] => [
  ...(epsilon > 0 && Number.isFinite(epsilon) ? [] : [refusal('epsilon', 'a finite number above 0', epsilon)]),
  ...(clip > 0 ? [] : [refusal('clip', 'a number above 0', clip)]),
]

/** What is wrong with the settings of a config, whose statistics are a list and must be given; `advice` says what else one can do. */
export const settingProblems = (
  settings: Readonly<{ epsilon: number; clip: number; frozen: unknown }>,
  advice: string,
): readonly Refusal[] => {
  const { frozen } = settings
  const hint = `statistics that are gathered begin anew with every episode; ${advice}`
  return [
    ...scalingProblems(settings),
    ...(Array.isArray(frozen) ? momentsProblems('frozen', frozen, null) : [refusal('frozen', `statistics ${momentsText}`, frozen ?? undefined, hint)]),
  ]
}

/** The statistics of a fresh episode, and those that are divided by if they are not the running ones: copies. */
export const ownStatistics = (
  kind: string,
  options: StatisticsOptions,
  size: number,
): Readonly<{ start: Float64Array; frozen: Float64Array | null }> => {
  const { start, frozen } = options
  rejectAll(kind, [...scalingProblems(options), ...momentsProblems('start', start, size), ...momentsProblems('frozen', frozen, size)])
  return { start: start?.slice() ?? emptyMoments(size), frozen: frozen?.slice() ?? null }
}

/** `value`, divided by the root of variance + ε and clipped; without statistics it is only clipped. NaN stays NaN. */
export const scaled = (value: number, count: number, squares: number, epsilon: number, clip: number): number =>
  Math.min(clip, Math.max(-clip, count === 0 ? value : value / Math.sqrt(squares / count + epsilon)))

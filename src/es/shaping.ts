/**
 * Fitness shaping: from the raw fitness of a population to the utilities that weight its noise.
 *
 * A fitness that is not a finite number is no measurement: it is treated as worse than every finite one, and counted
 * by `countNotFinite`. Where all candidates are equally good, every shaping but `raw` gives zeros.
 *
 * Ties: the NES utilities give tied candidates the better of their ranks (as the authors of BiERL do) and keep the sum of
 * the utilities at 0 by their normalisation; centred ranks give them the mean of their ranks, which keeps the sum at 0 there.
 *
 * *Source:* Wierstra et al. 2014, Natural evolution strategies, JMLR 15, section 3.1 (utilities); Salimans et al. 2017,
 * arXiv 1703.03864, section 2 (centred ranks); Wang et al. 2023, BiERL, arXiv 2308.01207, and its program (two breadths B).
 * *Deviations:* none.
 */
import { log } from '../core/dmath.ts'
import { descendingOrder } from '../core/order.ts'

/**
 * Which shaping, as tagged data. n is the number of candidates, r the rank (1 = best).
 * `raw`: u = f. `z-score`: u = (f − mean)/(standard deviation + epsilon), population deviation.
 * `centred-ranks`: u = (n − r)/(n − 1) − 1/2. `nes-full`, `nes-half`: u = max(0, log B − log r)/Σ − 1/n with B = n + 1 or n/2 + 1.
 */
export type Shaping =
  | Readonly<{ kind: 'raw' }>
  | Readonly<{ kind: 'z-score'; epsilon: number }>
  | Readonly<{ kind: 'centred-ranks' }>
  | Readonly<{ kind: 'nes-full' }>
  | Readonly<{ kind: 'nes-half' }>

/** Number of entries that are NaN or infinite. */
export const countNotFinite = (fitness: Float64Array): number => fitness.reduce((count, f) => count + (Number.isFinite(f) ? 0 : 1), 0)

/** Fitness [N] with every entry that is not finite replaced by the worst finite one; null where none is finite. */
const withWorst = (fitness: Float64Array): Float64Array | null => {
  const worst = fitness.reduce((least, f) => (Number.isFinite(f) ? Math.min(least, f) : least), Infinity)
  return worst === Infinity ? null : fitness.map((f) => (Number.isFinite(f) ? f : worst))
}

const allEqual = (values: Float64Array): boolean => values.every((value) => value === values[0])

/**
 * u = (f − mean)/(deviation + epsilon) [N], population deviation; zeros where all entries are equal or the deviation underflows.
 * An entry that is not finite takes the value of the worst finite one first; zeros where none is finite.
 */
export const zScore = (fitness: Float64Array, epsilon: number): Float64Array => {
  const usable = withWorst(fitness)
  // equal entries are found by comparison: their rounded mean may differ from them, and a deviation of one ulp would be blown up
  if (usable === null || allEqual(usable)) return new Float64Array(fitness.length)
  const mean = usable.reduce((sum, f) => sum + f, 0) / usable.length
  const variance = usable.reduce((sum, f) => sum + (f - mean) * (f - mean), 0) / usable.length
  const deviation = Math.sqrt(variance) + epsilon
  if (deviation === 0) return new Float64Array(fitness.length) // the squares of differences of denormal size underflow
  return usable.map((f) => (f - mean) / deviation)
}

/** For each candidate [N] how many are strictly better, and how many are as good (itself included). NaN and ±∞ tie for worst. */
const standings = (fitness: Float64Array): Readonly<{ better: Float64Array; tied: Float64Array }> => {
  const n = fitness.length
  const values = fitness.map((f) => (Number.isFinite(f) ? f : -Infinity))
  const order = descendingOrder(values)
  const better = new Float64Array(n)
  const tied = new Float64Array(n)
  for (let start = 0; start < n; ) {
    let end = start + 1
    while (end < n && values[order[end]] === values[order[start]]) end++
    for (let position = start; position < end; position++) {
      better[order[position]] = start
      tied[order[position]] = end - start
    }
    start = end
  }
  return { better, tied }
}

/** u = rank/(n − 1) − 1/2 [N], rank 0 for the worst and n − 1 for the best; tied candidates share the mean of their ranks. */
export const centredRanks = (fitness: Float64Array): Float64Array => {
  const n = fitness.length
  const { better, tied } = standings(fitness)
  return better.map((above, i) => (n === 1 ? 0 : (n - 1 - above - (tied[i] - 1) / 2) / (n - 1) - 0.5))
}

/**
 * u = max(0, log B − log r)/Σ − 1/n [N] with B = `breadth` > 1, r = 1 for the best; tied candidates share the better rank.
 * The utilities sum to 0 up to rounding and are exactly 0 where all candidates tie.
 */
export const nesUtilities = (fitness: Float64Array, breadth: number): Float64Array => {
  const n = fitness.length
  const { better, tied } = standings(fitness)
  if (tied[0] === n) return new Float64Array(n)
  const logBreadth = log(breadth)
  const raw = better.map((above) => Math.max(0, logBreadth - log(above + 1)))
  const sum = raw.reduce((total, u) => total + u, 0)
  return raw.map((u) => u / sum - 1 / n)
}

/** The utilities [N] of a population with raw `fitness` [N], higher is better. */
export const shape = (shaping: Shaping, fitness: Float64Array): Float64Array => {
  switch (shaping.kind) {
    case 'raw':
      return withWorst(fitness) ?? new Float64Array(fitness.length)
    case 'z-score':
      return zScore(fitness, shaping.epsilon)
    case 'centred-ranks':
      return centredRanks(fitness)
    case 'nes-full':
      return nesUtilities(fitness, fitness.length + 1)
    case 'nes-half':
      return nesUtilities(fitness, fitness.length / 2 + 1)
  }
}

/** Whether the utilities depend on the order of the fitness values alone. */
export const isRankBased = (shaping: Shaping): boolean => shaping.kind !== 'raw' && shaping.kind !== 'z-score'

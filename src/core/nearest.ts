/**
 * The known name closest to a mistyped one, for hints in error messages.
 *
 * *Source:* Levenshtein 1966, "Binary codes capable of correcting deletions, insertions and reversals".
 * *Deviations:* letter case is ignored.
 */

const editDistance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(previous[j] + 1, current[j - 1] + 1, substitution))
    }
    previous = current
  }
  return previous[b.length]
}

/** The candidate with the smallest edit distance to `name` (the first on ties), or null when there are no candidates. */
export const nearest = (name: string, candidates: readonly string[]): string | null => {
  let best: string | null = null
  let bestDistance = Infinity
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

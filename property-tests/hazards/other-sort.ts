/**
 * Sorting as an engine might do it, and a check of what it is given.
 *
 * ECMA-262 asks for a stable sort and leaves the algorithm open; with a comparator that is no order, engines differ. While a function runs
 * here, arrays are sorted by insertion from the back (a stable algorithm that no engine has), and each comparator is tried on all pairs and
 * triples of its array: it must answer numbers, contradict neither itself nor its consequences.
 *
 * *Source:* ECMA-262, sections 23.1.3.30 and 23.1.3.30.2 (consistent comparator). *Deviations:* triples are tried up to a length.
 */

type Compare = (a: unknown, b: unknown) => number

/** Arrays up to this length are tried in all their triples; above, neighbours and pairs only. */
const mostForTriples = 40
const mostForPairs = 300

const byText: Compare = (a, b) => {
  const [x, y] = [String(a), String(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

const complaint = (what: string, ...items: readonly unknown[]): Error => new Error(`a comparator ${what}: ${items.map((item) => JSON.stringify(item)).join(', ')}`)

/** Throws where `compare` is no total preorder of `items`. */
const checkOrder = (items: readonly unknown[], compare: Compare): void => {
  const n = Math.min(items.length, mostForPairs)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const there = compare(items[i], items[j])
      if (Number.isNaN(there)) throw complaint('answers NaN', items[i], items[j])
      if (Math.sign(there) !== -Math.sign(compare(items[j], items[i])) && i !== j) throw complaint('contradicts itself', items[i], items[j])
      if (items.length > mostForTriples) continue
      for (let k = 0; k < n; k++) {
        if (there <= 0 && compare(items[j], items[k]) <= 0 && compare(items[i], items[k]) > 0) throw complaint('goes round', items[i], items[j], items[k])
      }
    }
  }
}

/** Stable insertion sort, last item first. */
const sorted = (items: readonly unknown[], compare: Compare): unknown[] => {
  const out: unknown[] = []
  for (let i = items.length - 1; i >= 0; i--) {
    let at = 0
    while (at < out.length && compare(out[at], items[i]) < 0) at++
    out.splice(at, 0, items[i])
  }
  return out
}

const otherSort = function (this: unknown[], compare: Compare = byText): unknown[] {
  const items = [...this]
  checkOrder(items, compare)
  sorted(items, compare).forEach((item, i) => {
    this[i] = item
  })
  return this
}

const otherToSorted = function (this: readonly unknown[], compare: Compare = byText): unknown[] {
  return otherSort.call([...this], compare)
}

/** How often arrays were sorted, for a test that wants to know that it tested something. */
export type SortCount = { calls: number }

/** Runs `fn` while arrays are sorted in the other way. */
export const withOtherSort = async <T>(fn: (count: SortCount) => Promise<T>): Promise<T> => {
  const owner = Array.prototype as unknown as Record<'sort' | 'toSorted', unknown>
  const { sort, toSorted } = owner
  const count: SortCount = { calls: 0 }
  const counted = (method: (this: unknown[], compare?: Compare) => unknown[]) =>
    function (this: unknown[], compare?: Compare): unknown[] {
      count.calls++
      return method.call(this, compare)
    }
  try {
    Object.assign(owner, { sort: counted(otherSort), toSorted: counted(otherToSorted as typeof otherSort) })
    return await fn(count)
  } finally {
    Object.assign(owner, { sort, toSorted })
  }
}

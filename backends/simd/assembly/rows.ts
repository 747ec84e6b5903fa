/**
 * Pairs of rows: squared distances, covariances, nearest neighbours.
 *
 * Rows are packed in blocks of eight, [D][8] each, the last one filled with zeros, so that eight distances are held in four registers
 * while the sum runs over the dimensions in index order.
 *
 * *Source:* `backends/reference/rows.ts`, operation for operation. *Deviations:* none.
 */
import { add, both, exponentials, mul, sub } from './maths'

/** √3, √5, 5/3, ½, 1. */
const FACTORS = memory.data<f64>([1.7320508075688772, 2.23606797749979, 1.6666666666666667, 0.5, 1])

/** Writes rows `at` … `at` + `count` − 1 of blocks of eight rows from `rows` [count, dimensions]. */
export function packBlocks(blocks: usize, rows: usize, at: i32, count: i32, dimensions: i32): void {
  const blockBytes = <usize>dimensions << 6
  for (let row = at; row < at + count; row++) {
    let to = blocks + <usize>(row >> 3) * blockBytes + (<usize>(row & 7) << 3)
    for (let d = 0; d < dimensions; d++) {
      store<f64>(to, load<f64>(rows))
      to += 64
      rows += 8
    }
  }
}

/** out[j] = Σ_d ((a[d] − b_j[d]) · scale[d])² for `blocks` blocks of eight rows b_j. */
export function scaledDistances(out: usize, a: usize, b: usize, scale: usize, blocks: i32, dimensions: i32): void {
  for (let block = 0; block < blocks; block++) {
    let s0 = f64x2.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    for (let d: usize = 0; d < <usize>dimensions << 3; d += 8) {
      const x = v128.load64_splat(a + d)
      const factor = v128.load64_splat(scale + d)
      let gap = mul(sub(x, v128.load(b)), factor)
      s0 = add(s0, mul(gap, gap))
      gap = mul(sub(x, v128.load(b, 16)), factor)
      s1 = add(s1, mul(gap, gap))
      gap = mul(sub(x, v128.load(b, 32)), factor)
      s2 = add(s2, mul(gap, gap))
      gap = mul(sub(x, v128.load(b, 48)), factor)
      s3 = add(s3, mul(gap, gap))
      b += 64
    }
    v128.store(out, s0)
    v128.store(out, s1, 16)
    v128.store(out, s2, 32)
    v128.store(out, s3, 48)
    out += 64
  }
}

/** outputscale · c(s) of `count` numbers s, in place; room for an even number. Functions: 0 matern12, 1 matern32, 2 matern52, 3 rbf. */
export function correlate(values: usize, name: i32, outputscale: f64, count: i32): void {
  const scale = f64x2.splat(outputscale)
  const one = both(FACTORS, 4)
  for (const end = values + (<usize>count << 3); values < end; values += 16) {
    const s = v128.load(values)
    let c: v128
    if (name == 0) {
      c = exponentials(f64x2.neg(f64x2.sqrt(s)))
    } else if (name == 1) {
      const r = mul(both(FACTORS, 0), f64x2.sqrt(s))
      c = mul(add(one, r), exponentials(f64x2.neg(r)))
    } else if (name == 2) {
      const r = mul(both(FACTORS, 1), f64x2.sqrt(s))
      c = mul(add(add(one, r), mul(both(FACTORS, 2), s)), exponentials(f64x2.neg(r)))
    } else {
      c = exponentials(f64x2.neg(mul(both(FACTORS, 3), s)))
    }
    v128.store(values, mul(scale, c))
  }
}

/** Squared distances of two queries to a block of eight rows: [8] for the first to `out`, [8] for the second behind it. */
// @ts-ignore: decorator
@inline
function twoToBlock(out: usize, q0: usize, q1: usize, b: usize, bytes: usize): void {
  let s0 = f64x2.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  let t0 = s0
  let t1 = s0
  let t2 = s0
  let t3 = s0
  for (let d: usize = 0; d < bytes; d += 8) {
    const x = v128.load64_splat(q0 + d)
    const y = v128.load64_splat(q1 + d)
    const b0 = v128.load(b)
    let gap = sub(x, b0)
    s0 = add(s0, mul(gap, gap))
    gap = sub(y, b0)
    t0 = add(t0, mul(gap, gap))
    const b1 = v128.load(b, 16)
    gap = sub(x, b1)
    s1 = add(s1, mul(gap, gap))
    gap = sub(y, b1)
    t1 = add(t1, mul(gap, gap))
    const b2 = v128.load(b, 32)
    gap = sub(x, b2)
    s2 = add(s2, mul(gap, gap))
    gap = sub(y, b2)
    t2 = add(t2, mul(gap, gap))
    const b3 = v128.load(b, 48)
    gap = sub(x, b3)
    s3 = add(s3, mul(gap, gap))
    gap = sub(y, b3)
    t3 = add(t3, mul(gap, gap))
    b += 64
  }
  v128.store(out, s0)
  v128.store(out, s1, 16)
  v128.store(out, s2, 32)
  v128.store(out, s3, 48)
  v128.store(out, t0, 64)
  v128.store(out, t1, 80)
  v128.store(out, t2, 96)
  v128.store(out, t3, 112)
}

/** Squared distances of one query to a block of eight rows. */
// @ts-ignore: decorator
@inline
function oneToBlock(out: usize, q: usize, b: usize, bytes: usize): void {
  let s0 = f64x2.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  for (let d: usize = 0; d < bytes; d += 8) {
    const x = v128.load64_splat(q + d)
    let gap = sub(x, v128.load(b))
    s0 = add(s0, mul(gap, gap))
    gap = sub(x, v128.load(b, 16))
    s1 = add(s1, mul(gap, gap))
    gap = sub(x, v128.load(b, 32))
    s2 = add(s2, mul(gap, gap))
    gap = sub(x, v128.load(b, 48))
    s3 = add(s3, mul(gap, gap))
    b += 64
  }
  v128.store(out, s0)
  v128.store(out, s1, 16)
  v128.store(out, s2, 32)
  v128.store(out, s3, 48)
}

/** Enters rows `first` … of a block with the eight distances at `near` into the sorted list of one query; returns how many it holds now. */
// @ts-ignore: decorator
@inline
function enter(indices: usize, distances: usize, near: usize, first: i32, count: i32, filled: i32, k: i32): i32 {
  for (let i = 0; i < count; i++) {
    const sum = load<f64>(near + (<usize>i << 3))
    const distance = sum <= Infinity ? sum : Infinity
    if (filled == k && !(distance < load<f64>(distances + (<usize>(k - 1) << 3)))) continue
    let at = filled < k ? filled++ : k - 1
    for (; at > 0; at--) {
      const before = load<f64>(distances + (<usize>(at - 1) << 3))
      if (!(before > distance)) break
      store<f64>(distances + (<usize>at << 3), before)
      store<u32>(indices + (<usize>at << 2), load<u32>(indices + (<usize>(at - 1) << 2)))
    }
    store<f64>(distances + (<usize>at << 3), distance)
    store<u32>(indices + (<usize>at << 2), first + i)
  }
  return filled
}

/** Whether one of the eight distances at `near` is below `worst`. */
// @ts-ignore: decorator
@inline
function anyBelow(near: usize, worst: f64): bool {
  const bound = f64x2.splat(worst)
  return v128.any_true(
    v128.or(
      v128.or(f64x2.lt(v128.load(near), bound), f64x2.lt(v128.load(near, 16), bound)),
      v128.or(f64x2.lt(v128.load(near, 32), bound), f64x2.lt(v128.load(near, 48), bound)),
    ),
  )
}

/** The k nearest of `rows` packed rows for each of `count` queries [count, dimensions]; `near` has room for sixteen numbers. */
export function neighbours(
  indices: usize, distances: usize, queries: usize, blocks: usize, count: i32, rows: i32, dimensions: i32, k: i32, near: usize,
): void {
  const bytes = <usize>dimensions << 3
  const listIndices = <usize>k << 2
  const listDistances = <usize>k << 3
  const lastDistance = listDistances - 8
  let q = count
  for (; q > 1; q -= 2) {
    let filled0 = 0
    let filled1 = 0
    let b = blocks
    for (let row = 0; row < rows; row += 8) {
      twoToBlock(near, queries, queries + bytes, b, bytes)
      b += bytes << 3
      const part = min(8, rows - row)
      if (filled0 < k || anyBelow(near, load<f64>(distances + lastDistance))) {
        filled0 = enter(indices, distances, near, row, part, filled0, k)
      }
      if (filled1 < k || anyBelow(near + 64, load<f64>(distances + listDistances + lastDistance))) {
        filled1 = enter(indices + listIndices, distances + listDistances, near + 64, row, part, filled1, k)
      }
    }
    queries += 2 * bytes
    indices += 2 * listIndices
    distances += 2 * listDistances
  }
  if (q > 0) {
    let filled = 0
    for (let row = 0; row < rows; row += 8) {
      oneToBlock(near, queries, blocks, bytes)
      blocks += bytes << 3
      if (filled < k || anyBelow(near, load<f64>(distances + lastDistance))) {
        filled = enter(indices, distances, near, row, min(8, rows - row), filled, k)
      }
    }
  }
}

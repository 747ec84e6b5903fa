/**
 * Affine maps of one row with packed weights: sixteen sums in eight registers while the inputs run in index order.
 *
 * The loops take two inputs at a time and have no end for an odd one, which compilers keep in registers only without: the first term of
 * an odd number is added before.
 *
 * *Source:* as in `pack.ts`, which packs the weights. *Deviations:* none.
 */
import { add, mul } from './maths'

/** y [16] = bias + x [depth] · B for B packed as [depth][16] and an even depth. */
// @ts-ignore: decorator
@inline
function row16(y: usize, bias: usize, x: usize, b: usize, depth: i32): void {
  let s0 = v128.load(bias)
  let s1 = v128.load(bias, 16)
  let s2 = v128.load(bias, 32)
  let s3 = v128.load(bias, 48)
  let s4 = v128.load(bias, 64)
  let s5 = v128.load(bias, 80)
  let s6 = v128.load(bias, 96)
  let s7 = v128.load(bias, 112)
  for (let k = depth; k > 0; k -= 2) {
    const x0 = v128.load64_splat(x)
    s0 = add(s0, mul(v128.load(b, 0), x0))
    s1 = add(s1, mul(v128.load(b, 16), x0))
    s2 = add(s2, mul(v128.load(b, 32), x0))
    s3 = add(s3, mul(v128.load(b, 48), x0))
    s4 = add(s4, mul(v128.load(b, 64), x0))
    s5 = add(s5, mul(v128.load(b, 80), x0))
    s6 = add(s6, mul(v128.load(b, 96), x0))
    s7 = add(s7, mul(v128.load(b, 112), x0))
    const x1 = v128.load64_splat(x, 8)
    s0 = add(s0, mul(v128.load(b, 128), x1))
    s1 = add(s1, mul(v128.load(b, 144), x1))
    s2 = add(s2, mul(v128.load(b, 160), x1))
    s3 = add(s3, mul(v128.load(b, 176), x1))
    s4 = add(s4, mul(v128.load(b, 192), x1))
    s5 = add(s5, mul(v128.load(b, 208), x1))
    s6 = add(s6, mul(v128.load(b, 224), x1))
    s7 = add(s7, mul(v128.load(b, 240), x1))
    x += 16
    b += 256
  }
  v128.store(y, s0)
  v128.store(y, s1, 16)
  v128.store(y, s2, 32)
  v128.store(y, s3, 48)
  v128.store(y, s4, 64)
  v128.store(y, s5, 80)
  v128.store(y, s6, 96)
  v128.store(y, s7, 112)
}

/** y [8] = bias + x [depth] · B for B packed as [depth][8] and an even depth. */
// @ts-ignore: decorator
@inline
function row8(y: usize, bias: usize, x: usize, b: usize, depth: i32): void {
  let s0 = v128.load(bias)
  let s1 = v128.load(bias, 16)
  let s2 = v128.load(bias, 32)
  let s3 = v128.load(bias, 48)
  for (let k = depth; k > 0; k -= 2) {
    const x0 = v128.load64_splat(x)
    s0 = add(s0, mul(v128.load(b, 0), x0))
    s1 = add(s1, mul(v128.load(b, 16), x0))
    s2 = add(s2, mul(v128.load(b, 32), x0))
    s3 = add(s3, mul(v128.load(b, 48), x0))
    const x1 = v128.load64_splat(x, 8)
    s0 = add(s0, mul(v128.load(b, 64), x1))
    s1 = add(s1, mul(v128.load(b, 80), x1))
    s2 = add(s2, mul(v128.load(b, 96), x1))
    s3 = add(s3, mul(v128.load(b, 112), x1))
    x += 16
    b += 128
  }
  v128.store(y, s0)
  v128.store(y, s1, 16)
  v128.store(y, s2, 32)
  v128.store(y, s3, 48)
}

/** y [4] = bias + x [depth] · B for B packed as [depth][4] and an even depth. */
// @ts-ignore: decorator
@inline
function row4(y: usize, bias: usize, x: usize, b: usize, depth: i32): void {
  let s0 = v128.load(bias)
  let s1 = v128.load(bias, 16)
  for (let k = depth; k > 0; k -= 2) {
    const x0 = v128.load64_splat(x)
    s0 = add(s0, mul(v128.load(b, 0), x0))
    s1 = add(s1, mul(v128.load(b, 16), x0))
    const x1 = v128.load64_splat(x, 8)
    s0 = add(s0, mul(v128.load(b, 32), x1))
    s1 = add(s1, mul(v128.load(b, 48), x1))
    x += 16
    b += 64
  }
  v128.store(y, s0)
  v128.store(y, s1, 16)
}

/** y [width] = bias + x · B for one row of B: the first term of a sum of an odd number, so that the rest can go in twos. */
// @ts-ignore: decorator
@inline
function firstTerm(y: usize, bias: usize, x: usize, b: usize, width: i32): void {
  const factor = v128.load64_splat(x)
  for (let at: usize = 0; at < <usize>width << 3; at += 16) v128.store(y + at, add(v128.load(bias + at), mul(v128.load(b + at), factor)))
}

/** y = bias + x [depth] · B for B packed by `packWide`; room for `columns` rounded up to a multiple of 16 in y and bias. */
export function affineWide(y: usize, bias: usize, x: usize, groups: usize, depth: i32, columns: i32): void {
  const odd = depth & 1
  const even = depth - odd
  const rest = x + (<usize>odd << 3)
  for (; columns > 0; columns -= 16) {
    const width = columns > 8 ? 16 : columns > 4 ? 8 : 4
    const rowBytes = <usize>width << 3
    let start = bias
    let b = groups
    if (odd != 0) {
      firstTerm(y, bias, x, b, width)
      start = y
      b += rowBytes
    }
    if (width == 16) row16(y, start, rest, b, even)
    else if (width == 8) row8(y, start, rest, b, even)
    else row4(y, start, rest, b, even)
    y += 128
    bias += 128
    groups += <usize>depth * rowBytes
  }
}

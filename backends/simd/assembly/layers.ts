/**
 * Elementwise kernels: activations, their pullbacks, the gates of an LSTM and theirs; and the matrix kernels of one layer on rows that
 * are not packed.
 *
 * Activations are numbered as in `ACTIVATIONS` on the JavaScript side: 0 linear, 1 tanh, 2 relu, 3 sigmoid.
 *
 * *Source:* `backends/reference/network.ts` and `lstm.ts`, operation for operation. *Deviations:* none.
 */
import { add, both, mul, sigmoids, sub, tanhAll } from './maths'

const ONE = memory.data<f64>([1])

const TANH: i32 = 1
const RELU: i32 = 2
const SIGMOID: i32 = 3

/** The activation of `count` numbers, in place; room for an even number. */
export function activate(values: usize, activation: i32, count: i32): void {
  const end = values + (<usize>count << 3)
  if (activation == TANH) {
    tanhAll(values, count)
  } else if (activation == RELU) {
    const zero = f64x2.splat(0)
    for (; values < end; values += 16) {
      const x = v128.load(values)
      v128.store(values, v128.andnot(x, f64x2.lt(x, zero)))
    }
  } else if (activation == SIGMOID) {
    for (; values + 16 < end; values += 32) {
      const first = sigmoids(v128.load(values))
      const second = sigmoids(v128.load(values, 16))
      v128.store(values, first)
      v128.store(values, second, 16)
    }
    if (values < end) v128.store(values, sigmoids(v128.load(values)))
  }
}

/** Turns `count` gradients by outputs `y` into those by inputs, in place; room for an even number in both. */
export function activatePullback(slopes: usize, activation: i32, y: usize, count: i32): void {
  const end = slopes + (<usize>count << 3)
  if (activation == TANH) {
    for (; slopes < end; slopes += 16) {
      const value = v128.load(y)
      v128.store(slopes, mul(v128.load(slopes), sub(both(ONE, 0), mul(value, value))))
      y += 16
    }
  } else if (activation == RELU) {
    const zero = f64x2.splat(0)
    for (; slopes < end; slopes += 16) {
      v128.store(slopes, v128.and(v128.load(slopes), f64x2.gt(v128.load(y), zero)))
      y += 16
    }
  } else if (activation == SIGMOID) {
    for (; slopes < end; slopes += 16) {
      const value = v128.load(y)
      v128.store(slopes, mul(v128.load(slopes), mul(value, sub(both(ONE, 0), value))))
      y += 16
    }
  }
}

/** sums[o] gains gradY[b, o] for all b in order, o < `width`; room for an even number of sums, and one number behind gradY [batch, width]. */
export function addColumns(sums: usize, gradY: usize, batch: i32, width: i32): void {
  for (let o = 0; o < width; o += 2) {
    let sum = v128.load(sums)
    let at = gradY + (<usize>o << 3)
    for (let b = 0; b < batch; b++) {
      sum = add(sum, v128.load(at))
      at += <usize>width << 3
    }
    v128.store(sums, sum)
    sums += 16
  }
}

/**
 * y[o] = bias[o] + Σ_i weights[o, i] · x[i] from weights as they stand in a flat parameter vector, row by row; room for outputs rounded
 * up to even. Two rows share a register: two entries of each are loaded and exchanged.
 */
export function affineRow(y: usize, weights: usize, bias: usize, x: usize, inputs: i32, outputs: i32): void {
  const row = <usize>inputs << 3
  let o = outputs
  for (; o > 7; o -= 8) {
    let s0 = v128.load(bias)
    let s1 = v128.load(bias, 16)
    let s2 = v128.load(bias, 32)
    let s3 = v128.load(bias, 48)
    let w = weights
    let xAt = x
    let i = inputs
    if ((i & 1) != 0) {
      const x0 = v128.load64_splat(xAt)
      s0 = add(s0, mul(v128.load64_lane(w + row, v128.load64_splat(w), 1), x0))
      s1 = add(s1, mul(v128.load64_lane(w + 3 * row, v128.load64_splat(w + 2 * row), 1), x0))
      s2 = add(s2, mul(v128.load64_lane(w + 5 * row, v128.load64_splat(w + 4 * row), 1), x0))
      s3 = add(s3, mul(v128.load64_lane(w + 7 * row, v128.load64_splat(w + 6 * row), 1), x0))
      w += 8
      xAt += 8
      i--
    }
    for (; i > 0; i -= 2) {
      const x0 = v128.load64_splat(xAt)
      const x1 = v128.load64_splat(xAt, 8)
      let at = w
      let top = v128.load(at)
      at += row
      let bottom = v128.load(at)
      at += row
      s0 = add(add(s0, mul(i64x2.shuffle(top, bottom, 0, 2), x0)), mul(i64x2.shuffle(top, bottom, 1, 3), x1))
      top = v128.load(at)
      at += row
      bottom = v128.load(at)
      at += row
      s1 = add(add(s1, mul(i64x2.shuffle(top, bottom, 0, 2), x0)), mul(i64x2.shuffle(top, bottom, 1, 3), x1))
      top = v128.load(at)
      at += row
      bottom = v128.load(at)
      at += row
      s2 = add(add(s2, mul(i64x2.shuffle(top, bottom, 0, 2), x0)), mul(i64x2.shuffle(top, bottom, 1, 3), x1))
      top = v128.load(at)
      at += row
      bottom = v128.load(at)
      s3 = add(add(s3, mul(i64x2.shuffle(top, bottom, 0, 2), x0)), mul(i64x2.shuffle(top, bottom, 1, 3), x1))
      w += 16
      xAt += 16
    }
    v128.store(y, s0)
    v128.store(y, s1, 16)
    v128.store(y, s2, 32)
    v128.store(y, s3, 48)
    y += 64
    bias += 64
    weights += 8 * row
  }
  for (; o > 1; o -= 2) {
    let sum = v128.load(bias)
    let w = weights
    let xAt = x
    for (let i = inputs; i > 0; i--) {
      sum = add(sum, mul(v128.load64_lane(w + row, v128.load64_splat(w), 1), v128.load64_splat(xAt)))
      w += 8
      xAt += 8
    }
    v128.store(y, sum)
    y += 16
    bias += 16
    weights += 2 * row
  }
  if (o > 0) {
    let sum = load<f64>(bias)
    for (let i = inputs; i > 0; i--) {
      sum += load<f64>(weights) * load<f64>(x)
      weights += 8
      x += 8
    }
    store<f64>(y, sum)
  }
}

/**
 * One LSTM step of one row behind the sums: turns the gates [4 · width] (i, f, g, o, each `width` apart) into those after activation, c
 * into the next, and writes the next h. `width` is the hidden size rounded up to even.
 */
export function lstmCell(h: usize, c: usize, gates: usize, width: i32): void {
  const part = <usize>width << 3
  activate(gates, SIGMOID, 2 * width)
  tanhAll(gates + 2 * part, width)
  activate(gates + 3 * part, SIGMOID, width)
  for (let at: usize = 0; at < part; at += 16) {
    const next = add(mul(v128.load(gates + part + at), v128.load(c + at)), mul(v128.load(gates + at), v128.load(gates + 2 * part + at)))
    v128.store(c + at, next)
    v128.store(h + at, next)
  }
  tanhAll(h, width)
  for (let at: usize = 0; at < part; at += 16) v128.store(h + at, mul(v128.load(gates + 3 * part + at), v128.load(h + at)))
}

/**
 * The pullback of `lstmCell`: gradients by the gates before activation to `slopes`, gradC by c′ to that by c, from gradH by h′. `squashed`
 * has room for `width` numbers.
 */
export function lstmCellPullback(
  slopes: usize, gradC: usize, gradH: usize, gates: usize, cBefore: usize, cAfter: usize, squashed: usize, width: i32,
): void {
  const part = <usize>width << 3
  const end = gates + part
  const one = both(ONE, 0)
  memory.copy(squashed, cAfter, part)
  tanhAll(squashed, width)
  for (; gates < end; gates += 16) {
    const i = v128.load(gates)
    const f = v128.load(gates + part)
    const g = v128.load(gates + 2 * part)
    const o = v128.load(gates + 3 * part)
    const upstream = v128.load(gradH)
    const t = v128.load(squashed)
    const slopeC = add(v128.load(gradC), mul(mul(upstream, o), sub(one, mul(t, t))))
    v128.store(slopes, mul(mul(mul(slopeC, g), i), sub(one, i)))
    v128.store(slopes + part, mul(mul(mul(slopeC, v128.load(cBefore)), f), sub(one, f)))
    v128.store(slopes + 2 * part, mul(mul(slopeC, i), sub(one, mul(g, g))))
    v128.store(slopes + 3 * part, mul(mul(mul(upstream, t), o), sub(one, o)))
    v128.store(gradC, mul(slopeC, f))
    slopes += 16
    gradC += 16
    gradH += 16
    cBefore += 16
    squashed += 16
  }
}

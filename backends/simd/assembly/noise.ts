/**
 * Counter-based random numbers in bulk: Threefry-2x32-20 four blocks at a time, uniforms, and normals by the inverse distribution
 * function, each number with the bits of `src/core/rng.ts` and `dmath-normal.ts`.
 *
 * A chunk of normals is made in two passes. The first computes the central formula for every number and lists those outside its region
 * (15 in 100); the second computes those by the formula of the tails, two at a time; the very few beyond 5 standard deviations of
 * √(−log p) are computed one at a time.
 *
 * *Source:* J. K. Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3" (Threefry); M. J. Wichura 1988, Algorithm AS 241
 * (PPND16). *Deviations:* none.
 */
import { add, both, log, logarithms, mul, sub } from './maths'

const PARITY: i32 = 0x1bd11bda

/** Numbers made at a time: the caller's scratch holds this many centred uniforms and as many positions. */
export const CHUNK: i32 = 512

/** 2⁻³², 2⁻⁵², 2⁻⁵³, ½, 0.425, 0.180625, 1.6, 5, 1. */
const UNITS = memory.data<f64>([2.3283064365386963e-10, 2.220446049250313e-16, 1.1102230246251565e-16, 0.5, 0.425, 0.180625, 1.6, 5, 1])

const CENTRAL_TOP = memory.data<f64>([
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438,
  3.3871328727963665,
])
const CENTRAL_BOTTOM = memory.data<f64>([
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091, 1,
])
const TAIL_TOP = memory.data<f64>([
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691, 4.630337846156546,
  1.4234371107496835,
])
const TAIL_BOTTOM = memory.data<f64>([
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
  2.053191626637759, 1,
])
const FAR_TOP = memory.data<f64>([
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913,
  5.463784911164114, 6.657904643501103,
])
const FAR_BOTTOM = memory.data<f64>([
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358,
  0.599832206555888, 1,
])

// @ts-ignore: decorator
@inline
function mixed(x1: v128, bits: i32, x0: v128): v128 {
  return v128.xor(v128.or(i32x4.shl(x1, bits), i32x4.shr_u(x1, 32 - bits)), x0)
}

/** ((((((c₀ r + c₁) r + c₂) r + …) r + c₇, the coefficients at `table`. */
// @ts-ignore: decorator
@inline
function polynomials(table: usize, r: v128): v128 {
  let value = add(mul(both(table, 0), r), both(table, 1))
  value = add(mul(value, r), both(table, 2))
  value = add(mul(value, r), both(table, 3))
  value = add(mul(value, r), both(table, 4))
  value = add(mul(value, r), both(table, 5))
  value = add(mul(value, r), both(table, 6))
  return add(mul(value, r), both(table, 7))
}

function polynomial(table: usize, r: f64): f64 {
  let value = load<f64>(table)
  for (let i: usize = 1; i < 8; i++) value = value * r + load<f64>(table + 8 * i)
  return value
}

/** An odd multiple of 2⁻⁵³ in (−½, ½) from the two words of a block, two at a time; exact. */
// @ts-ignore: decorator
@inline
function centredPair(word0: v128, word1: v128): v128 {
  return add(
    mul(f64x2.convert_low_i32x4_s(word0), both(UNITS, 0)),
    add(mul(f64x2.convert_low_i32x4_s(word1), both(UNITS, 1)), both(UNITS, 2)),
  )
}

/**
 * out[i] = the centred uniform of counter (c0 + i, c1) under key (k0, k1) for i < `count`, a multiple of 8. Two groups of four blocks are
 * mixed side by side, since each is one chain of dependent operations; the twenty rounds are written out, `last` holds what the second
 * word gains behind each four of them.
 */
function centredUniforms(out: usize, k0: i32, k1: i32, c0: i32, c1: i32, count: i32): void {
  const key0 = i32x4.splat(k0)
  const key1 = i32x4.splat(k1)
  const key2 = i32x4.splat(PARITY ^ k0 ^ k1)
  const start1 = i32x4.splat(c1 + k1)
  const last1 = i32x4.add(key2, i32x4.splat(1))
  const last2 = i32x4.add(key0, i32x4.splat(2))
  const last3 = i32x4.add(key1, i32x4.splat(3))
  const last4 = i32x4.add(key2, i32x4.splat(4))
  const last5 = i32x4.add(key0, i32x4.splat(5))
  let counter = i32x4.add(i32x4.splat(c0), i32x4(0, 1, 2, 3))
  for (let i = 0; i < count; i += 8) {
    let x0 = i32x4.add(counter, key0)
    let x1 = start1
    let y0 = i32x4.add(x0, i32x4.splat(4))
    let y1 = start1
    counter = i32x4.add(counter, i32x4.splat(8))
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 13, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 13, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 15, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 15, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 26, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 26, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 6, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 6, y0)
    x0 = i32x4.add(x0, key1); x1 = i32x4.add(x1, last1)
    y0 = i32x4.add(y0, key1); y1 = i32x4.add(y1, last1)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 17, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 17, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 29, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 29, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 16, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 16, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 24, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 24, y0)
    x0 = i32x4.add(x0, key2); x1 = i32x4.add(x1, last2)
    y0 = i32x4.add(y0, key2); y1 = i32x4.add(y1, last2)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 13, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 13, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 15, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 15, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 26, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 26, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 6, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 6, y0)
    x0 = i32x4.add(x0, key0); x1 = i32x4.add(x1, last3)
    y0 = i32x4.add(y0, key0); y1 = i32x4.add(y1, last3)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 17, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 17, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 29, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 29, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 16, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 16, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 24, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 24, y0)
    x0 = i32x4.add(x0, key1); x1 = i32x4.add(x1, last4)
    y0 = i32x4.add(y0, key1); y1 = i32x4.add(y1, last4)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 13, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 13, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 15, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 15, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 26, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 26, y0)
    x0 = i32x4.add(x0, x1); x1 = mixed(x1, 6, x0)
    y0 = i32x4.add(y0, y1); y1 = mixed(y1, 6, y0)
    x0 = i32x4.add(x0, key2); x1 = i32x4.add(x1, last5)
    y0 = i32x4.add(y0, key2); y1 = i32x4.add(y1, last5)
    x1 = i32x4.shr_u(x1, 12)
    y1 = i32x4.shr_u(y1, 12)
    v128.store(out, centredPair(x0, x1))
    v128.store(out, centredPair(i32x4.shuffle(x0, x0, 2, 3, 2, 3), i32x4.shuffle(x1, x1, 2, 3, 2, 3)), 16)
    v128.store(out, centredPair(y0, y1), 32)
    v128.store(out, centredPair(i32x4.shuffle(y0, y0, 2, 3, 2, 3), i32x4.shuffle(y1, y1, 2, 3, 2, 3)), 48)
    out += 64
  }
}

/** The deviate of the tail for the centred uniform q, |q| > 0.425, one at a time. */
function tailDeviate(q: f64): f64 {
  const root = sqrt(-log(q < 0 ? 0.5 + q : 0.5 - q))
  const near = root <= 5
  const r = root - (near ? 1.6 : 5)
  const deviate = near ? polynomial(TAIL_TOP, r) / polynomial(TAIL_BOTTOM, r) : polynomial(FAR_TOP, r) / polynomial(FAR_BOTTOM, r)
  return q < 0 ? -deviate : deviate
}

/** Turns `count` (even) centred uniforms at `values` into normal deviates, in place; `list` has room for `count` positions. */
export function deviates(values: usize, list: usize, count: i32): void {
  let outside = 0
  for (let i = 0; i < count; i += 2) {
    const at = values + (<usize>i << 3)
    const q = v128.load(at)
    const r = sub(both(UNITS, 5), mul(q, q))
    const central = f64x2.div(mul(q, polynomials(CENTRAL_TOP, r)), polynomials(CENTRAL_BOTTOM, r))
    const tails = f64x2.gt(f64x2.abs(q), both(UNITS, 4))
    v128.store(at, v128.bitselect(q, central, tails))
    // written in any case, counted where it is a tail: no branch to mispredict
    const mask = i64x2.bitmask(tails)
    store<u32>(list + (<usize>outside << 2), i)
    outside += mask & 1
    store<u32>(list + (<usize>outside << 2), i + 1)
    outside += mask >> 1
  }
  // an even number of positions: the last is done twice, from its first value
  store<u32>(list + (<usize>outside << 2), load<u32>(list + (<usize>(outside - 1) << 2)))
  for (let i = 0; i < outside; i += 2) {
    const at0 = values + (<usize>load<u32>(list + (<usize>i << 2)) << 3)
    const at1 = values + (<usize>load<u32>(list + (<usize>i << 2), 4) << 3)
    const q = v128.load64_lane(at1, v128.load64_splat(at0), 1)
    const root = f64x2.sqrt(f64x2.neg(logarithms(sub(both(UNITS, 3), f64x2.abs(q)))))
    if (v128.any_true(f64x2.gt(root, both(UNITS, 7)))) {
      const last = load<f64>(at1)
      store<f64>(at0, tailDeviate(load<f64>(at0)))
      store<f64>(at1, tailDeviate(last))
    } else {
      const r = sub(root, both(UNITS, 6))
      const deviate = v128.or(f64x2.div(polynomials(TAIL_TOP, r), polynomials(TAIL_BOTTOM, r)), v128.and(q, f64x2.splat(-0.0)))
      store<f64>(at0, f64x2.extract_lane(deviate, 0))
      store<f64>(at1, f64x2.extract_lane(deviate, 1))
    }
  }
}

/** `count` rounded up to a multiple of 8. */
// @ts-ignore: decorator
@inline
function padded(count: i32): i32 {
  return (count + 7) & ~7
}

/** out[i] = the uniform of counter (c0 + i, c1), i < count; room for `count` rounded up to a multiple of 8. */
export function uniforms(out: usize, k0: i32, k1: i32, c0: i32, c1: i32, count: i32): void {
  centredUniforms(out, k0, k1, c0, c1, padded(count))
  for (let i = 0; i < count; i += 2) {
    const at = out + (<usize>i << 3)
    v128.store(at, add(both(UNITS, 3), v128.load(at)))
  }
}

/** out[i] = the normal of counter (c0 + i, c1), i < count; room for `count` rounded up to a multiple of 8, `list` for CHUNK + 1 positions. */
export function normals(out: usize, list: usize, k0: i32, k1: i32, c0: i32, c1: i32, count: i32): void {
  for (let from = 0; from < count; from += CHUNK) {
    const part = padded(min(CHUNK, count - from))
    const at = out + (<usize>from << 3)
    centredUniforms(at, k0, k1, c0 + from, c1, part)
    deviates(at, list, part)
  }
}

/** out[i] = base[i] + scale · normal i, i < count; room as for `normals`, in `base` too. */
export function perturb(out: usize, list: usize, base: usize, k0: i32, k1: i32, scale: f64, count: i32): void {
  const scales = f64x2.splat(scale)
  for (let from = 0; from < count; from += CHUNK) {
    const part = padded(min(CHUNK, count - from))
    const at = out + (<usize>from << 3)
    centredUniforms(at, k0, k1, from, 0, part)
    deviates(at, list, part)
    for (let i = 0; i < part; i += 2) {
      const here = <usize>(from + i) << 3
      v128.store(out + here, add(v128.load(base + here), mul(scales, v128.load(out + here))))
    }
  }
}

/**
 * out[i] = Σ_j weights[j] · normal i of key j, i < count, added in the order of j to 0; keys are pairs of words. `noise` has room for
 * CHUNK numbers.
 */
export function weightedNoise(out: usize, list: usize, noise: usize, keys: usize, weights: usize, keyCount: i32, count: i32): void {
  for (let from = 0; from < count; from += CHUNK) {
    const part = padded(min(CHUNK, count - from))
    const at = out + (<usize>from << 3)
    memory.fill(at, 0, <usize>part << 3)
    for (let j = 0; j < keyCount; j++) {
      const key = keys + (<usize>j << 3)
      centredUniforms(noise, load<i32>(key), load<i32>(key, 4), from, 0, part)
      deviates(noise, list, part)
      const weight = v128.load64_splat(weights + (<usize>j << 3))
      for (let i = 0; i < part; i += 2) {
        const here = <usize>i << 3
        v128.store(at + here, add(v128.load(at + here), mul(weight, v128.load(noise + here))))
      }
    }
  }
}

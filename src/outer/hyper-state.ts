/**
 * The hyper-state: parameters and last gradients of a learner, projected array by array to a vector that a small network can read.
 *
 *     s_m^n = vec(W_m^n C_m^n + 1 b_m^n),   C_m^n ∈ ℝ^{last dimension × d}                                          (Eq. 2)
 *
 * W_m^0 are the arrays of the parameters, W_m^n (n ≥ 1) those of the n-th newest gradient. A weight [out, in] gives out · d features, a
 * bias or log-std [len] counts as one row and gives d. Every array of every order has its own C and b; a gradient that does not exist yet
 * is a zero array. Orders follow one another, arrays within them in the order of the layout.
 *
 * *Source:* Le et al. 2022, Episodic policy gradient training, arXiv 2112.01853, Eq. 2; biases, their start at 0.01 and Xavier-uniform
 * C as in the released code.
 * *Deviations:* 1. the released code appends the number of the step within its phase; here the state is of the learner alone.
 */
import type { Backend } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'
import { initLinear } from '../nn/init.ts'
import { layoutOf, layoutSize, type Layout } from '../nn/layout.ts'

/** Arrays of the learner's flat vector [P]; `order` N ≥ 0 gradients; `features` d ≥ 1 per row. */
export type HyperStateSpec = Readonly<{ layout: Layout; order: number; features: number }>

/** Where the biases of the projections start. */
const INITIAL_BIAS = 0.01

/** One projection: rows of `inputs` numbers at `from` of a learner's vector, its C and b at `mapAt`, its features at `to`. */
type Map = Readonly<{ tensor: number; from: number; rows: number; inputs: number; mapAt: number; to: number }>

const mapsOf = ({ layout, order, features }: HyperStateSpec): readonly Map[] => {
  let [mapAt, to] = [0, 0]
  return Array.from({ length: order + 1 }, (_, tensor) => tensor).flatMap((tensor) =>
    layout.map(({ shape, offset }) => {
      const inputs = shape[shape.length - 1]
      const rows = shape.reduce((product, side) => product * side, 1) / inputs
      const map = { tensor, from: offset, rows, inputs, mapAt, to }
      mapAt += features * (inputs + 1)
      to += features * rows
      return map
    }),
  )
}

/** The maps as arrays of one flat vector: `0.<array>.weight` [d, inputs] and `0.<array>.bias` [d], then those of order 1, … */
export const projectionLayout = ({ layout, order, features }: HyperStateSpec): Layout =>
  layoutOf(
    Array.from({ length: order + 1 }, (_, n) => n).flatMap((n) =>
      layout.flatMap(({ name, shape }) => [
        [`${n}.${name}.weight`, [features, shape[shape.length - 1]]] as const,
        [`${n}.${name}.bias`, [features]] as const,
      ]),
    ),
  )

/** Initial maps: Xavier-uniform C, b = 0.01; map i draws from `foldIn(key, i)`. */
export const initProjection = (key: Key, spec: HyperStateSpec): Float64Array => {
  const projection = new Float64Array(layoutSize(projectionLayout(spec)))
  mapsOf(spec).forEach(({ inputs, mapAt }, i) => {
    projection.set(initLinear(foldIn(key, i), 'xavier-uniform', inputs, spec.features), mapAt)
    projection.fill(INITIAL_BIAS, mapAt + spec.features * inputs, mapAt + spec.features * (inputs + 1))
  })
  return projection
}

export interface HyperState {
  /** Length of the flat vector of all maps. */
  readonly mapSize: number
  /** Length of a state. */
  readonly size: number
  /**
   * The state [S] of `tensors`: parameters [P], then gradients [P], newest first; those beyond the order are not read, missing ones are
   * zero.
   */
  project(projection: Float64Array, tensors: readonly Float64Array[]): Float64Array
  /** Adds the gradient by the maps to `gradient` [mapSize], from that by the state, `gradState` [S]. */
  addPullback(gradient: Float64Array, tensors: readonly Float64Array[], gradState: Float64Array): void
}

/** Binds projections to a backend. Vectors of another length than the layout's break an invariant. */
export const hyperState = (spec: HyperStateSpec, backend: Backend): HyperState => {
  const { layout, features, order } = spec
  invariant(Number.isInteger(order) && order >= 0 && Number.isInteger(features) && features >= 1, `order ${order} with ${features} features`)
  const { affine, affineParameterPullback } = backend.kernels
  const maps = mapsOf(spec)
  const mapSize = layoutSize(projectionLayout(spec))
  const size = maps.reduce((sum, { rows }) => sum + rows * features, 0)
  const length = layoutSize(layout)

  const check = (tensors: readonly Float64Array[]): void =>
    tensors.forEach((tensor) => invariant(tensor.length === length, `a learner of ${length} parameters received a vector of ${tensor.length}`))

  return {
    mapSize,
    size,
    project: (projection, tensors) => {
      check(tensors)
      invariant(projection.length === mapSize, `maps of ${mapSize} numbers received ${projection.length}`)
      const state = new Float64Array(size)
      for (const { tensor, from, rows, inputs, mapAt, to } of maps) {
        const out = state.subarray(to, to + rows * features)
        if (tensor < tensors.length) {
          affine(out, projection, mapAt, tensors[tensor].subarray(from, from + rows * inputs), rows, inputs, features)
        } else {
          const biasAt = mapAt + features * inputs
          for (let at = 0; at < out.length; at++) out[at] = projection[biasAt + (at % features)]
        }
      }
      return state
    },
    addPullback: (gradient, tensors, gradState) => {
      check(tensors)
      invariant(gradient.length === mapSize && gradState.length === size, `a state of ${gradState.length} numbers and maps of ${gradient.length}`)
      for (const { tensor, from, rows, inputs, mapAt, to } of maps) {
        const slopes = gradState.subarray(to, to + rows * features)
        const biasAt = mapAt + features * inputs
        if (tensor < tensors.length) {
          affineParameterPullback(gradient, mapAt, biasAt, tensors[tensor].subarray(from, from + rows * inputs), slopes, rows, inputs, features)
        } else {
          for (let at = 0; at < slopes.length; at++) gradient[biasAt + (at % features)] += slopes[at]
        }
      }
    },
  }
}

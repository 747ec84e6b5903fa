/**
 * What follows from the specification of a network: where its layers lie, and what a batch costs.
 *
 * *Source:* `backends/reference/mlp.ts` (the flat vector). *Deviations:* none.
 */
import type { MlpSpec } from '../../src/core/backend.ts'
import { ACTIVATIONS } from './layers.ts'
import { padded } from './place.ts'

/** One layer: its sizes, outputs with padding, where its weights begin in the flat vector, and the number of its activation. */
export type Layer = Readonly<{ inputs: number; outputs: number; width: number; offset: number; activation: number }>

/**
 * What follows from the sizes of a network: its layers, its parameters, what one row of a batch has of outputs of all layers and costs of
 * multiplications, the widest row and the largest matrix of weights, both with padding.
 */
export type Plan = Readonly<{ layers: readonly Layer[]; last: Layer; size: number; units: number; rowWork: number; widest: number; largest: number }>

const makePlan = ({ sizes, activation, outputActivation }: MlpSpec): Plan => {
  let size = 0
  const layers = sizes.slice(1).map((outputs, layer): Layer => {
    const inputs = sizes[layer]
    const entry = { inputs, outputs, width: padded(outputs), offset: size, activation: ACTIVATIONS[layer === sizes.length - 2 ? outputActivation : activation] }
    size += outputs * (inputs + 1)
    return entry
  })
  return {
    layers,
    last: layers[layers.length - 1],
    size,
    units: layers.reduce((sum, { outputs }) => sum + outputs, 0),
    rowWork: layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0),
    widest: layers.reduce((most, { inputs, width }) => Math.max(most, padded(inputs), width), 0),
    largest: layers.reduce((most, { inputs, width }) => Math.max(most, padded(inputs) * width), 0),
  }
}

/** Plans by the specification that they were made for: the dispatch of small calls has no time to make one. */
const plans = new WeakMap<MlpSpec, Plan>()

/** The plan of `spec`, made once. */
export const planOf = (spec: MlpSpec): Plan => {
  const known = plans.get(spec)
  if (known !== undefined) return known
  const plan = makePlan(spec)
  plans.set(spec, plan)
  return plan
}

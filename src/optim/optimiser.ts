/**
 * The optimiser contract: a first-order update rule as a record of pure functions over plain-data state.
 *
 * Every optimiser DESCENDS on the gradient that it is given. Whoever ascends (an evolution strategy, whose gradient is
 * of fitness) passes the negated gradient; weight decay then still shrinks the parameters.
 *
 * *Source:* the record-of-functions form is optax's; the conventions of the rules are those of `torch.optim`.
 * *Deviations:* 1. one state record for all rules, so that a learner's state type does not depend on a setting.
 */

/**
 * State of any optimiser of P parameters. Moments that a rule does not use have length 0.
 * `first`: momentum buffer or mean of gradients [P]; `second`: mean of squared gradients [P];
 * `firstPower`, `secondPower`: running products β₁ᵗ and β₂ᵗ (1 where unused); `steps`: updates done.
 */
export type OptimiserState = Readonly<{
  steps: number
  first: Float64Array
  second: Float64Array
  firstPower: number
  secondPower: number
}>

export interface Optimiser {
  readonly name: string
  /** State before the first update of `parameters` parameters. */
  init(parameters: number): OptimiserState
  /**
   * One descent step: new parameters [P] and new state. `gradient` [P] is of something to be minimised, `learningRate`
   * is a finite number (it may change each step). Throws an `InvariantError` when lengths differ.
   */
  update(state: OptimiserState, gradient: Float64Array, parameters: Float64Array, learningRate: number): readonly [Float64Array, OptimiserState]
}

/** The state before the first update, with moments of the given lengths (0 for unused) and `second` starting at `square`. */
export const freshState = (firstLength: number, secondLength: number, square: number): OptimiserState => ({
  steps: 0,
  first: new Float64Array(firstLength),
  second: new Float64Array(secondLength).fill(square),
  firstPower: 1,
  secondPower: 1,
})

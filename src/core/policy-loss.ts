/**
 * What a policy-gradient loss is taken over and what it is made of, as plain data that can travel in a job.
 *
 * *Source:* the losses are in `src/rl/ppo-loss.ts` and `src/rl/a2c-loss.ts`. *Deviations:* none.
 */

/** B rows: `obs` [B, O], `actions` [B, A] (an index where discrete), everything else [B]. */
export type Minibatch = Readonly<{
  obs: Float64Array
  actions: Float64Array
  advantages: Float64Array
  returns: Float64Array
  oldLogProb: Float64Array
  oldValues: Float64Array
}>

/** Â ← (Â − mean)/(std + epsilon), the deviation with `ddof` degrees of freedom taken away. */
export type AdvantageScaling = Readonly<{ ddof: 0 | 1; epsilon: number }>

/**
 * How the entropy of an action is measured: summed over its dimensions, or their mean (the released code of EPGT, for Gaussian
 * policies; a categorical action has one dimension).
 */
export type EntropyReduction = 'sum' | 'mean'

/** `clipEps` ε > 0; `valueClip` c > 0 or null; coefficients ≥ 0; `normalise` scales the minibatch's own advantages, or null. */
export type PpoLossSettings = Readonly<{
  clipEps: number
  valueClip: number | null
  valueCoef: number
  entropyCoef: number
  entropyReduction: EntropyReduction
  normalise: AdvantageScaling | null
}>

/** Coefficients ≥ 0. */
export type A2cLossSettings = Readonly<{ valueCoef: number; entropyCoef: number; entropyReduction: EntropyReduction }>

/** A loss with its settings. */
export type PolicyLoss = Readonly<{ kind: 'ppo'; settings: PpoLossSettings }> | Readonly<{ kind: 'a2c'; settings: A2cLossSettings }>

/** The critic is a network of its own, of the policy's shape, or reads the policy's last hidden layer. */
export type Trunk = 'separate' | 'shared'

/**
 * Distributions of actions with one flaw each, for the laws to catch.
 */
import { exp } from '../../src/core/dmath.ts'
import type { Space } from '../../src/core/space.ts'
import { actionDistribution, type ActionDistribution } from '../../src/nn/action-distribution.ts'
import type { ActionDistributionSubject } from '../laws/action-distribution.ts'

const changed =
  (change: (sound: ActionDistribution) => Partial<ActionDistribution>): ActionDistributionSubject =>
  (actionSpace: Space) => {
    const sound = actionDistribution(actionSpace)
    return { ...sound, ...change(sound) }
  }

export const actionDistributionMutants: Readonly<Record<string, ActionDistributionSubject>> = {
  'forgets the log-std in its density': changed((sound) => ({
    logProb: (out, p, action, batch) => {
      sound.logProb(out, p, action, batch)
      const sum = p.logStd.reduce((total, value) => total + value, 0)
      for (let b = 0; b < batch; b++) out[b] += sum
    },
  })),
  'measures the divergence backwards': changed((sound) => ({ kl: (out, p, q, batch) => sound.kl(out, q, p, batch) })),
  'writes gradients instead of adding them': changed((sound) => ({
    addLogProbGradient: (gradient, p, action, rows, batch) => {
      gradient.head.fill(0)
      gradient.logStd.fill(0)
      sound.addLogProbGradient(gradient, p, action, rows, batch)
    },
  })),
  'takes the mean entropy of the dimensions': changed((sound) => ({
    entropy: (out, p, batch) => {
      sound.entropy(out, p, batch)
      for (let b = 0; b < batch; b++) out[b] /= sound.headSize
    },
  })),
  'lets an entropy shrink where it should grow': changed((sound) => ({
    addEntropyGradient: (gradient, p, rows, batch) => sound.addEntropyGradient(gradient, p, rows.map((row) => -row), batch),
  })),
  'forgets that probabilities add up to one in its Fisher information': changed((sound) => ({
    addFisherProduct: (out, p, along, rows, batch) => {
      if (sound.kind === 'gaussian') return sound.addFisherProduct(out, p, along, rows, batch)
      const width = sound.headSize
      for (let k = 0; k < width; k++) {
        const logP = new Float64Array(batch)
        sound.logProb(logP, p, new Float64Array(batch).fill(k), batch)
        for (let b = 0; b < batch; b++) out.head[b * width + k] += rows[b] * exp(logP[b]) * along.head[b * width + k]
      }
    },
  })),
  'takes 1 for the Fisher information of a log-std': changed((sound) => ({
    addFisherProduct: (out, p, along, rows, batch) =>
      sound.addFisherProduct(out, p, { ...along, logStd: along.logStd.map((value) => value / 2) }, rows, batch),
  })),
  'samples with the variance for the deviation': changed((sound) => ({
    sample: (out, p, noise, batch) => sound.sample(out, { ...p, logStd: p.logStd.map((value) => 2 * value) }, noise, batch),
  })),
}
